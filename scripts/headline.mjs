// Prints the demonstration's headline figures, as the native command computes them.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const command = join(root, 'target/release/riskset');
const study = join(root, 'www/demo/study.json');

const run = spawnSync(command, ['run', study], { encoding: 'utf8', maxBuffer: 1e9 });
if (run.status !== 0 || !run.stdout) {
  console.error(`${command} run ${study} ended with ${run.status ?? run.error}: ${run.stderr}`);
  process.exit(1);
}
const document = JSON.parse(run.stdout);

/** The first curve of the analysis of this type and endpoint without groups. @param {string} type @param {string} endpoint */
function curve(type, endpoint) {
  const found = document.results.find((/** @type {any} */ result) => result.type === type && result.endpoint === endpoint && !result.by);
  if (!found) throw new Error(`the study of the demonstration has no ${type} of ${endpoint} without groups`);
  return found.curves[0];
}

/** Median with its interval. @param {any} of */
function median(of) {
  const { estimate, conf_low: low, conf_high: high } = of.quantiles.find((/** @type {any} */ quantile) => quantile.prob === 0.5);
  /** @param {number | null} x */
  const text = (x) => (x === null ? 'not reached' : x.toFixed(1));
  return `${text(estimate)} months (95% CI ${text(low)} to ${text(high)})`;
}

const [os, dfs, followUp] = [curve('kaplan_meier', 'OS'), curve('kaplan_meier', 'DFS'), curve('follow_up', 'OS')];
console.log(`
Demonstration cohort (synthetic), computed by ${document.engine.name} ${document.engine.version}:
  patients                       ${os.n}
  deaths                         ${os.n_event}
  median overall survival        ${median(os)}
  median disease-free survival   ${median(dfs)}
  median follow-up               ${median(followUp)}`);
