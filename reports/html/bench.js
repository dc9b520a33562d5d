// node bench.js WSSPEC | --page FILE
// How long a report of 20 targets takes to write, to open and to filter in a browser, held against what it must reach.
// With WSSPEC (the program): 20 runs against the embedded reference and its faulty kin, then `wsspec report --html`.
'use strict';
const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync, statSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { launch } = require('./browser.js');

const limits = { 'written in, s': 3, 'size, MB': 15, 'opened in, ms': 2000, 'slowest filter, ms': 100 };
// Some that fail everywhere, some that fail here and there.
const targets = ['', 'masks-its-frames', 'sends-two-closes', 'sends-reasons-that-are-no-utf8', 'sends-5000', 'sends-999',
  'sends-1005', 'fails-with-1000', 'drops-instead-of-failing', 'resets-after-closing', 'accepts-unmasked-frames',
  'goes-on-after-failing', 'delays-close-to-end-of-message', 'refuses-empty-closes', 'accepts-1005', 'accepts-1004',
  'refuses-1001', 'refuses-1011', 'accepts-unmasked-pings', 'sends-data-after-close'];

function write(program, folder, results) {
  const files = targets.map((fault, index) => {
    const file = join(folder, `${index}.json`);
    spawnSync(program, ['run', `loop:${fault}`, '--quiet', '--json', file], { stdio: 'ignore' });
    return file;
  });
  const page = join(folder, 'report.html');
  const begin = performance.now();
  // Status 1 says that a case failed, which is the idea.
  const { status, stderr } = spawnSync(program, ['report', ...files, '--html', page], { encoding: 'utf8' });
  results['written in, s'] = (performance.now() - begin) / 1000;
  if (status > 1) throw new Error(`wsspec report ended with ${status}: ${stderr}`);
  return page;
}

async function measure(page, results) {
  results['size, MB'] = statSync(page).size / 1e6;
  const browser = await launch();
  try {
    const tab = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const begin = performance.now();
    await tab.goto(pathToFileURL(page).href);
    await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    results['opened in, ms'] = performance.now() - begin;
    // From the change of the fragment, which is what every filter does, to a page that is laid out.
    const timings = await tab.evaluate(async () => {
      const fragments = ['verdict=fail', 'verdict=pass', 'verdict=fail,non-strict&group=6', 'section=6455-5.5', 'level=SHOULD',
        'q=m', 'q=ma', 'q=mask', 'q=close', 'view=rfc', 'view=rfc&verdict=fail', 'view=rfc&q=close', ''];
      const out = fragments.map((fragment) => [fragment || '(none)', []]);
      for (let round = 0; round < 5; round += 1)
        for (const [index, fragment] of fragments.entries()) {
          const drawn = new Promise((done) => addEventListener('hashchange', done, { once: true }));
          location.hash = `#${fragment}&round=${round}`;
          // The page's own listener came first, so that it is through when this one is told; the clock starts there.
          const from = performance.now();
          await drawn;
          document.querySelector('.scroller')?.getBoundingClientRect();
          out[index][1].push(performance.now() - from);
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }
      // The median of a filter's rounds: other work on the machine is not the page's.
      return out.map(([name, list]) => [name, list.sort((a, b) => a - b)[list.length >> 1]]);
    });
    results['slowest filter, ms'] = Math.max(...timings.map(([, ms]) => ms));
    results['median filter, ms'] = timings.map(([, ms]) => ms).sort((a, b) => a - b)[timings.length >> 1];
    console.log(`slowest: ${timings.sort((a, b) => b[1] - a[1])[0][0]}; Chromium ${browser.version()}`);
  } finally {
    await browser.close();
  }
}

async function main() {
  const results = {};
  const [first, second] = process.argv.slice(2);
  if (!first) throw new Error('usage: node bench.js WSSPEC | --page FILE');
  const folder = mkdtempSync(join(tmpdir(), 'wsspec-bench-'));
  try {
    await measure(first === '--page' ? resolve(second) : write(resolve(first), folder, results), results);
  } finally {
    rmSync(folder, { recursive: true });
  }
  for (const [name, value] of Object.entries(results)) {
    const limit = limits[name];
    if (limit && value > limit) process.exitCode = 1;
    console.log(`${name.padEnd(20)} ${value.toFixed(2).padStart(9)}${limit ? `   must be below ${limit}` : ''}`);
  }
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 2;
});
