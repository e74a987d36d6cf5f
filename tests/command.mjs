// The native command that the page and its engine are compared with: the one that is handed out, or one whose answers are as good.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const command = process.env.RISKSET_COMMAND || join(dirname(fileURLToPath(import.meta.url)), '../target/release/riskset');
