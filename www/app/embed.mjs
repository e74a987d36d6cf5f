// The element for pages of others, as one script: it defines <risk-set> and touches nothing else of the page.
import { defineRiskSet } from './risk-set.mjs';

defineRiskSet('element');
