// How long it takes until the first curve is on the screen: opens the hosted page in a new browser with nothing in its cache, again and again,
// from a server on this machine that sends gzip, and writes docs/benchmarks-page.md. `./dev bench --page [N]`. A measurement, never a test.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const runs = Number(process.argv[2] ?? 15);
const out = process.argv[3] ?? join(root, 'docs/benchmarks-page.md');

/** Answers by path, zipped once. @type {Map<string, Buffer>} */
const zipped = new Map();
/** Bytes that were sent. */
let sent = 0;
const server = createServer((request, response) => {
  const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
  try {
    const body = zipped.get(name) ?? gzipSync(readFileSync(join(dist, name)), { level: 9 });
    zipped.set(name, body);
    sent += body.length;
    const type = name.endsWith('.html') ? 'text/html; charset=utf-8' : 'text/javascript; charset=utf-8';
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'content-length': body.length }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
const address = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;

/** One cold visit: milliseconds from the navigation on. */
async function visit() {
  const browser = await chromium.launch({ executablePath: process.env.RISKSET_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'] });
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })).newPage();
    // The browser itself has started before the clock does.
    await page.goto('about:blank');
    sent = 0;
    await page.goto(address, { waitUntil: 'commit' });
    const times = await page.evaluate(async () => {
      const at = (/** @type {string} */ name) => performance.getEntriesByName(name)[0]?.startTime;
      while (at('riskset:first-curve') === undefined) await new Promise((resolve) => { setTimeout(resolve, 5); });
      const [script] = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
      const paint = await new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(() => resolve(performance.now()), 0); }); });
      return { curve: /** @type {number} */ (at('riskset:first-curve')), script: script.responseEnd, paint };
    });
    await page.locator('#results:not([aria-busy])').waitFor();
    const whole = await page.evaluate(() => performance.now());
    const version = browser.version();
    return { ...times, whole, version };
  } finally {
    await browser.close();
  }
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
await visit(); // The disk's cache is nobody's cold browser.
/** @type {Awaited<ReturnType<typeof visit>>[]} */
const visits = [];
for (let i = 0; i < runs; i += 1) visits.push(await visit());
server.close();
const of = (/** @type {'curve' | 'script' | 'whole'} */ what) => visits.map((one) => one[what]);
const ms = (/** @type {number} */ value) => `${Math.round(value)} ms`;
const range = (/** @type {number[]} */ values) => `${ms(median(values))} (${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))})`;
const kb = (/** @type {RegExp} */ pattern) => `${Math.round([...zipped].filter(([name]) => pattern.test(name)).reduce((sum, [, body]) => sum + body.length, 0) / 1000)} kB`;
const text = `# How soon the first curves are there

\`./dev bench --page\` writes this page. A new browser with an empty cache opens the hosted page from a server on the same machine that sends
gzip; the clock starts with the navigation and stops when the first Kaplan-Meier curve of the demonstration is painted (the page sets
the mark \`riskset:first-curve\`). Median of ${runs} visits, in brackets the shortest and the longest.

| | until the first curve | bytes for it, gzipped | everything, gzipped |
|---|---|---|---|
| riskset | ${range(of('curve'))} | ${kb(/index|riskset\./)} | ${kb(/./)} |
| webR with survival | 1.4 s, *not measured here* | 16.4 MB | |
| Pyodide with lifelines | 7.9 s, *not measured here* | 45 MB | |

The lines of webR and Pyodide are the figures of the requirement that this page answers: their packages come from servers that the
machine of this measurement does not reach, and another machine took them.

Of the time until the first curve, ${ms(median(of('script')))} pass until the page's script is there. The whole engine has answered everything that the
page shows after ${range(of('whole'))}.

Measured on ${new Date().toISOString().slice(0, 10)} with Chromium ${visits[0].version} on ${cpus()[0].model}, ${cpus().length} cores; load of the machine ${loadavg()[0].toFixed(1)}.
`;
writeFileSync(out, text);
console.log(text);
