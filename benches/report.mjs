// Lines of JSON of every side to docs/benchmarks.md: medians, ratios, slopes, memory, and what is not met.
// node report.mjs LINES MACHINE.json
import { readFileSync } from 'node:fs';

const [place, machinePlace] = process.argv.slice(2);
/** @typedef {{ side: string, task: string, n: number, value: number | null, seconds: number[], first?: number, bytes?: number, failed?: string }} Line */
const parsed = readFileSync(place, 'utf8').split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
const machine = JSON.parse(readFileSync(machinePlace, 'utf8'));
for (const { versions } of parsed.filter((line) => line.versions)) Object.assign(machine.versions, versions);
/** @type {Line[]} */
const lines = parsed.filter((line) => line.task);
const found = new Map(lines.map((line) => [`${line.side} ${line.task} ${line.n}`, line]));

const SIDES = ['native', 'wasm', 'R', 'R bare', 'crate native', 'crate wasm', 'lifelines'];
/** Who does the entire task: R's bare estimators leave out the baseline and some of the tests and errors. */
const PEERS = ['R', 'crate native', 'crate wasm', 'lifelines'];
const NAMES = {
  km: 'Kaplan-Meier with intervals, 4 groups',
  log_rank: 'log-rank, 4 groups',
  cox_efron: 'Cox, Efron: fit, tests, concordance, baseline',
  cox_breslow: 'Cox, Breslow: the same',
  cox_entry: 'Cox, Efron, late entry: the same',
  zph: 'proportional hazards (cox.zph), given the fit',
  concordance: 'concordance with its error, given the fit',
  fit: 'Cox, Efron: fit, tests, concordance',
  robust: 'the same with robust variance',
  cluster: 'the same with clustered variance',
  follow_up: 'follow-up (reverse Kaplan-Meier), 4 groups',
  km_robust: 'Kaplan-Meier, weights and clusters, robust',
  baseline: 'basehaz of the fit',
  open_csv: 'reading the CSV file (16 columns)',
  study_km: 'a study with Kaplan-Meier by group, from the opened file',
  study_log_rank: 'a study with log-rank, from the opened file',
};
/** Largest ratio of wasm to R's call. */
const TARGETS = { km: 0.05, log_rank: 0.05, cox_efron: 0.12, cox_breslow: 0.12, cox_entry: 0.12, zph: 0.2, concordance: 0.2 };
const MEMORY = 100e6;
const SLOPE = 1.1;
const TO_NATIVE = 1.5;
/** Largest ratio to R's fread. */
const READING = { native: 1.5, wasm: 3 };

const onColumns = (/** @type {Line} */ line) => !line.task.startsWith('cox_table');
const sizes = [...new Set(lines.filter(onColumns).map((line) => line.n))].sort((a, b) => a - b);
const largest = sizes.at(-1) ?? 0;
const tasks = Object.keys(NAMES).filter((task) => lines.some((line) => line.task === task));
/** @type {string[]} */
const missed = [];

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** @param {string} side @param {string} task @param {number} n */
function time(side, task, n) {
  const line = found.get(`${side} ${task} ${n}`);
  return line?.seconds ? median(line.seconds) : undefined;
}

/** @param {number | undefined} seconds */
function shown(seconds) {
  if (seconds === undefined) return '';
  const [value, unit] = seconds < 1e-3 ? [seconds * 1e6, 'µs'] : seconds < 1 ? [seconds * 1e3, 'ms'] : [seconds, 's'];
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** @param {number | undefined} a @param {number | undefined} b @param {number} [digits] */
const ratio = (a, b, digits = 3) => (a === undefined || b === undefined ? '' : (a / b).toFixed(digits));

/** @param {string[]} head @param {(string | number)[][]} rows */
function table(head, rows) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i ? '--:' : '---'))), ...rows.map(line)].join('\n');
}

/** @param {boolean} met @param {string} what said among what is not met */
function verdict(met, what) {
  if (!met) missed.push(what);
  return met ? 'yes' : '**no**';
}

/** @param {number} n */
const power = (n) => (Number.isInteger(Math.log10(n)) ? `10${[...String(Math.log10(n))].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join('')}` : String(n));

const TARGET_TASKS = Object.keys(TARGETS);
const goals = TARGET_TASKS.map((task) => {
  const target = TARGETS[/** @type {keyof typeof TARGETS} */ (task)];
  const wasm = time('wasm', task, largest);
  const r = time('R', task, largest);
  const name = NAMES[/** @type {keyof typeof NAMES} */ (task)];
  if (wasm === undefined) return [name, shown(r), 'not timed alone', '', target, verdict(false, `${name}: not timed alone`), '', ''];
  const peers = PEERS.map((side) => ({ side, time: time(side, task, largest) })).filter((peer) => peer.time !== undefined);
  const [best] = peers.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const share = r === undefined ? undefined : wasm / r;
  return [
    name,
    shown(r),
    shown(wasm),
    ratio(wasm, r),
    target,
    share === undefined ? '' : verdict(share <= target, `${name}: ${share.toFixed(3)} of R instead of ${target}`),
    best ? `${best.side}, ${shown(best.time)}` : '',
    best ? verdict(wasm < (best.time ?? 0), `${name}: ${best.side} is faster (${shown(best.time)}, here ${shown(wasm)})`) : '',
  ];
});

const medians = tasks.flatMap((task) =>
  sizes
    .filter((n) => SIDES.some((side) => time(side, task, n) !== undefined))
    .map((n, i) => [i ? '' : NAMES[/** @type {keyof typeof NAMES} */ (task)], power(n), ...SIDES.map((side) => shown(time(side, task, n)))]),
);

const relative = tasks
  .filter((task) => time('wasm', task, largest) !== undefined && time('native', task, largest) !== undefined)
  .map((task) => {
    const name = NAMES[/** @type {keyof typeof NAMES} */ (task)];
    const [wasm, native] = [time('wasm', task, largest) ?? 0, time('native', task, largest) ?? 0];
    const bytes = found.get(`wasm ${task} ${largest}`)?.bytes ?? 0;
    const peer = found.get(`crate wasm ${task} ${largest}`)?.bytes;
    const first = found.get(`wasm ${task} ${largest}`)?.first;
    const text = task === 'open_csv' || task.startsWith('study');
    return [
      name,
      shown(first),
      shown(wasm),
      ratio(wasm, native, 2),
      // Reading has targets of its own.
      task === 'open_csv' ? '' : verdict(wasm / native <= TO_NATIVE, `${name}: wasm takes ${(wasm / native).toFixed(2)} times the native time`),
      (bytes / 1e6).toFixed(1),
      text ? '' : verdict(bytes <= MEMORY, `${name}: ${(bytes / 1e6).toFixed(0)} MB added`),
      peer === undefined ? '' : (peer / 1e6).toFixed(1),
    ];
  });

const reading = /** @type {const} */ (['native', 'wasm']).flatMap((side) => {
  const [own, r] = [time(side, 'open_csv', largest), time('R', 'open_csv', largest)];
  if (own === undefined || r === undefined) return [];
  const [share, target] = [own / r, READING[side]];
  return [[side, shown(own), shown(r), share.toFixed(2), target, verdict(share <= target, `reading the CSV file, ${side}: ${share.toFixed(2)} of fread instead of ${target}`)]];
});

const pairs = sizes.slice(1).map((n, i) => [sizes[i], n]);
/** @param {string} side @param {string} task @param {number[]} pair */
function slope(side, task, [from, to]) {
  const [a, b] = [time(side, task, from), time(side, task, to)];
  return a === undefined || b === undefined ? undefined : Math.log(b / a) / Math.log(to / from);
}
const slopes = tasks
  .filter((task) => pairs.some((pair) => slope('wasm', task, pair) !== undefined))
  .map((task) => {
    const name = NAMES[/** @type {keyof typeof NAMES} */ (task)];
    const of = (/** @type {string} */ side) => pairs.map((pair) => slope(side, task, pair)?.toFixed(2) ?? '');
    const worst = Math.max(...pairs.map((pair) => slope('wasm', task, pair) ?? 0));
    const met = verdict(worst <= SLOPE, `${name}: a slope of ${worst.toFixed(2)} in wasm`);
    return [name, of('wasm').join(' · '), met, of('native').join(' · '), of('R').join(' · '), of('crate wasm').join(' · ')];
  });

const robust = sizes.flatMap((n) =>
  ['robust', 'cluster'].filter((task) => time('wasm', task, n) !== undefined).map((task) => {
    const [plain, wasm] = [time('wasm', 'fit', n) ?? NaN, time('wasm', task, n) ?? NaN];
    const name = `${task === 'robust' ? 'robust, each row' : 'clustered'}, ${power(n)}`;
    const met = verdict(wasm / plain <= 2, `${name}: ${(wasm / plain).toFixed(2)} times the plain fit`);
    return [name, shown(plain), shown(wasm), ratio(wasm, plain, 2), met, shown(time('R', task, n)), ratio(time('R', task, n), time('R', 'cox_efron', n), 2)];
  }),
);

const tables = [40, 100, 1000].flatMap((n) => {
  const of = (/** @type {string} */ side, stage = '') => {
    const line = lines.find((line) => line.side === side && line.task === `cox_table${stage}_${n}`);
    return line?.seconds ? median(line.seconds) : undefined;
  };
  const wasm = of('wasm');
  if (wasm === undefined) return [];
  const target = n <= 100 ? 0.05 : 0.5;
  const name = `cox_table, 8 variables, Firth, profile limits, n = ${n}`;
  return [[n, shown(of('native')), shown(of('wasm', '_first')), shown(wasm), shown(target), verdict(wasm < target, `${name}: ${shown(wasm)} instead of ${shown(target)}`)]];
});

// Every side gives the same figure.
/** @type {Record<string, number>} */
const TOLERANCE = { zph: 1e-5, robust: 1e-6, cluster: 1e-6 };
let compared = 0;
/** @type {string[]} */
const differing = [];
for (const task of tasks.filter((task) => task !== 'baseline')) {
  for (const n of sizes) {
    const own = found.get(`native ${task} ${n}`)?.value;
    if (typeof own !== 'number') continue;
    for (const side of SIDES.slice(1)) {
      const value = found.get(`${side} ${task} ${n}`)?.value;
      if (typeof value !== 'number') continue;
      compared += 1;
      const tolerance = side === 'wasm' ? 0 : side === 'lifelines' ? 1e-4 : (TOLERANCE[task] ?? 1e-8);
      if (Math.abs(value - own) > tolerance * Math.abs(own)) differing.push(`${NAMES[/** @type {keyof typeof NAMES} */ (task)]}, ${power(n)}, ${side}: ${value} here ${own}`);
    }
  }
}
const failed = lines.filter((line) => line.failed).map((line) => `${line.side}, ${line.task}, ${power(line.n)}: ${line.failed}`);

const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(', ');
const list = (/** @type {string[]} */ items) => items.map((item) => `- ${item}`).join('\n');
process.stdout.write(`# Benchmarks

Written by \`./dev bench${machine.arguments ? ` ${machine.arguments}` : ''}\` on ${machine.date}${machine.commit ? `, at commit ${machine.commit}` : ''}; do not edit. Times are medians.

Machine: ${machine.processor}, ${machine.cores} cores (one used), ${machine.memory}, ${machine.system}. Load when it began: ${machine.load}.
Versions: ${versions}.

**How it is measured.** One cohort for each size, from a fixed seed: times in whole days up to ten years with many ties, about 60% censored,
ten covariates (age in years, four numbers with four decimals, five indicators), four groups, entry times (half of the rows enter late), case
weights, clusters of ten rows on average. All sides read the same file, one after the other on one core. Timed is typed columns in memory
to results, sorting included, against R's call on a data frame (formula, model frame and all). What is given (the fit for \`cox.zph\` and
concordance) is made before. *R bare* is \`survfitKM\`, \`coxph.fit\` and \`agreg.fit\` without formula and data frame; they give no baseline,
and \`coxph.fit\` no concordance, so they are shown but are not the peer to beat. *crate* is \`survival\` 2.0 from crates.io, natively and in wasm, with its input copied beforehand. *native* and *wasm* are
this engine, the wasm under Node with simd128. Our Cox lines hold fit, tests, concordance with its error and baseline; R's \`coxph\` has all but the
baseline, which stands on a line of its own (\`basehaz\`). Our side runs at least three times after a warm-up, and on for a second; R two to five times; lifelines up to three.
Where a peer's cell is empty it has no such call or would take more than ${90} s (lifelines: 45 s).

## Targets at ${power(largest)} rows
${table(['task', 'R', 'wasm', 'wasm / R', 'target', 'met', 'fastest peer', 'faster than it'], goals)}

## Reading the CSV file of ${power(largest)} rows and 16 columns
R's is \`data.table::fread\` on one thread, from the file in memory's cache.
${table(['', 'here', 'fread', 'ratio', 'target', 'met'], reading)}

## Not met
${missed.length ? list(missed) : 'Nothing.'}

## First calls, wasm against native, and memory added to the typed columns, at ${power(largest)} rows
The first call finds the code not yet compiled in full and has its memory still to ask for; it is in no other table. The memory is what a
fresh instance grows by in that call (MB): beyond the columns, and for what is given a fit beyond what that fit took; for the lines that
start from a file, beyond the file or the opened table.
${table(['task', 'wasm, first call', 'wasm, median of those after', 'wasm / native', `≤ ${TO_NATIVE}`, 'MB added', '≤ 100 MB', 'crate, MB'], relative)}

## Robust variance against our own plain fit
${table(['', 'fit', 'robust fit', 'ratio', '≤ 2', 'R', "R's ratio"], robust)}

## cox_table of 8 variables by Firth with profile limits
A whole study in wasm, from the opened file: eight univariable models and the multivariable one. With Wald limits it is what can be
shown first.
${table(['n', 'native', 'wasm, Wald limits', 'wasm, profile limits', 'target', 'met'], tables)}

## Slopes
log time by log rows between ${pairs.map(([from, to]) => `${power(from)} and ${power(to)}`).join(', ')}.
${table(['task', 'wasm', `≤ ${SLOPE}`, 'native', 'R', 'crate wasm'], slopes)}

## All medians
${table(['task', 'rows', ...SIDES], medians)}

## The same figures
Every side's figure of a task is compared with ours (the sum of the lower limits, the statistic, the log-likelihood, a standard error): ${compared} compared, ${differing.length} differ
(native and wasm must be equal to the last bit; peers to 1e-8, iterated robust figures to 1e-6, cox.zph to 1e-5, lifelines to 1e-4).
${[...differing, ...failed].length ? list([...differing, ...failed]) : ''}
`);
