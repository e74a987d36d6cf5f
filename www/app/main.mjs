import './risk-set.mjs';
