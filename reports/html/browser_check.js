// node browser_check.js FOLDER: opens FOLDER's pages (one.html, many.html, hostile.html) as a reader would and leaves
// screenshots beside them. Ends with status 1 and the reason when something is not as it must be.
'use strict';
const assert = require('node:assert/strict');
const { join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { launch } = require('./browser.js');

const folder = resolve(process.argv[2]);
const address = (page, fragment = '') => `${pathToFileURL(join(folder, page)).href}${fragment}`;

// A page that may say nothing on the console and ask for nothing but its own file.
async function open(browser, page, { fragment = '', width = 1400, height = 900, theme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  const tab = await context.newPage();
  const complaints = [];
  tab.on('console', (message) => complaints.push(`console: ${message.text()}`));
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  tab.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on('request', (request) => {
    if (request.url().split('#')[0] !== address(page)) complaints.push(`request: ${request.url()}`);
  });
  await tab.goto(address(page, fragment));
  return { tab, fine: () => assert.deepEqual(complaints, []) };
}

const fragment = (tab) => tab.evaluate(() => location.hash);
const shown = (tab) => tab.textContent('.shown');
const shot = (tab, name) => tab.screenshot({ path: join(folder, `${name}.png`) });
const data = (tab) => tab.evaluate(() => JSON.parse(document.getElementById('data').textContent));
const settled = (tab, hash) => tab.waitForFunction((wanted) => location.hash === wanted, hash);

// What the filters have to find, counted here by other means than the page's own.
function counted(found, test) {
  return found.cases.filter((one, index) => test({
    id: one[0], title: found.strings[one[1]], group: one[2], covers: one[3].map((row) => found.requirements[row]),
    verdicts: found.runs.flatMap((run) => run.results.filter((row) => row[0] === index).map((row) => found.verdicts[row[1]])),
  })).length;
}

async function filters(tab) {
  const found = await data(tab);
  const all = found.cases.length;
  const expectShown = async (number, why) => {
    const words = `${number.toLocaleString('en')} of ${all.toLocaleString('en')} cases`;
    assert.ok(number > 0 && number < all, `${why}: the example does not tell`);
    await tab.waitForFunction((wanted) => document.querySelector('.shown').textContent === wanted, words, { timeout: 5000 })
      .catch(async () => assert.fail(`${why}: ${await shown(tab)} instead of ${words}`));
  };

  await tab.click('.chip[data-verdict="fail"]');
  await expectShown(counted(found, (one) => one.verdicts.includes('fail')), 'verdict');
  assert.equal(await fragment(tab), '#verdict=fail');
  assert.equal(await tab.getAttribute('.chip[data-verdict="fail"]', 'aria-pressed'), 'true');
  await tab.click('.chip[data-verdict="non-strict"]');
  await expectShown(counted(found, (one) => one.verdicts.some((name) => ['fail', 'non-strict'].includes(name))), 'two verdicts');
  await tab.goBack();
  await settled(tab, '#verdict=fail');
  await expectShown(counted(found, (one) => one.verdicts.includes('fail')), 'back');
  await tab.click('.clear');

  await tab.selectOption('#filter-group', '6');
  await expectShown(counted(found, (one) => one.group === '6'), 'group');
  await tab.click('.clear');
  await tab.selectOption('#filter-section', '6455-5.5');
  const inside = (statement) => statement[1] === '6455' && (statement[2] === '5.5' || statement[2].startsWith('5.5.'));
  await expectShown(counted(found, (one) => one.covers.some(inside)), 'section');
  await tab.selectOption('#filter-level', 'SHOULD');
  await expectShown(counted(found, (one) => one.covers.some((row) => inside(row) && row[3] === 'SHOULD')), 'section and level');
  await tab.click('.clear');
  await tab.fill('#filter-q', '  WRONG for the sender ');
  await expectShown(counted(found, (one) => one.title.includes('wrong for the sender')), 'words');
  await tab.fill('#filter-q', 'no such words anywhere');
  await tab.waitForSelector('.empty');
  await tab.click('.clear');
  await tab.waitForFunction((wanted) => document.querySelector('.shown').textContent === wanted, `${all.toLocaleString('en')} cases`);
}

// From the matrix to the octet and the section with the keyboard alone, and back to the same cell.
async function caseByKeyboard(tab) {
  await tab.focus('.grid tbody [tabindex="0"]');
  assert.match(await tab.evaluate(() => document.activeElement.textContent), /^1\.1\.1\b/);
  await tab.keyboard.press('Control+End');
  // The grid draws a moment after the key, and after the fragment: what is waited for is what is drawn.
  await tab.waitForFunction(() => document.activeElement.closest('tr')?.ariaRowIndex === document.querySelector('.grid').ariaRowCount);
  await tab.keyboard.press('Control+Home');
  const rows = await tab.evaluate(() => document.querySelector('.grid').ariaRowCount);
  await tab.click('.chip[data-verdict="fail"]');
  await settled(tab, '#verdict=fail');
  await tab.waitForFunction((before) => document.querySelector('.grid').ariaRowCount !== before, rows);
  await tab.focus('.grid tbody [tabindex="0"]');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowRight');
  await tab.waitForFunction(() => document.activeElement.getAttribute('aria-label')?.startsWith('fail'));
  const label = await tab.evaluate(() => document.activeElement.getAttribute('aria-label'));
  assert.match(label, /^fail\. no Close frame; the tester ended TCP\. breaks the protocol/);
  const id = await tab.evaluate(() => document.activeElement.closest('tr').querySelector('.id').textContent);
  await tab.keyboard.press('Enter');
  await tab.waitForSelector('.page h2');
  assert.match(await tab.evaluate(() => document.activeElement.textContent), new RegExp(`^${id.replaceAll('.', '\\.')} `));
  assert.ok((await fragment(tab)).includes(`case=${id}`));

  assert.equal(await tab.textContent('.deciding mark'), '85');
  assert.match(await tab.textContent('.deciding'), /Octet 131 of what the target sent decided/);
  assert.match(await tab.textContent('.strip-words'), /0x85: MASK 1, payload length 5/);
  const why = tab.locator('section', { has: tab.locator('.deciding') });
  assert.equal((await why.locator('.cite').first().textContent()).replaceAll(/\s/g, ' '), 'RFC 6455 \u00a7 5.1');
  assert.match(await why.locator('.requirement').first().textContent(), /MUST NOT.*Send every frame without masking\./);
  assert.equal(await tab.locator('.octet-table mark').count(), 1);
  assert.match(await tab.textContent('.octet-table tr.decides'), /131\s*85\s*MASK 1, payload length 5.*decided/);
  assert.match(await tab.textContent('.octet-table'), /payload, masked: Hello/);
  assert.equal(await tab.locator('.ladder li.sent').count(), 2);
  assert.equal(await tab.locator('.ladder li.received').count(), 2);
  assert.match(await tab.textContent('.ladder li.decides'), /octet 131 decided/);
  assert.equal(await tab.textContent('.command code'), `wsspec run 'ws://target-0.example:9001/' --case ${id}`);
  assert.match(await tab.textContent('.script'), /open the connection/);
  await shot(tab, 'case');

  await tab.keyboard.press('Escape');
  await tab.waitForFunction((cell) => document.activeElement.getAttribute('aria-label') === cell, label);
  await tab.click('.clear');
}

async function rfcView(tab) {
  await tab.click('[data-view="rfc"]');
  await tab.waitForSelector('.row-requirement');
  const rows = () => tab.evaluate(() => Number(document.querySelector('.grid').getAttribute('aria-rowcount')));
  const before = await rows();
  await tab.click('.row-fold th');
  await tab.waitForFunction((count) => Number(document.querySelector('.grid').getAttribute('aria-rowcount')) < count, before);
  assert.equal(await tab.getAttribute('.row-fold th', 'aria-expanded'), 'false');
  assert.equal(await tab.evaluate(() => document.querySelector('.content').contains(document.activeElement)), true);
  await tab.click('.row-fold th');
  await tab.waitForFunction((count) => Number(document.querySelector('.grid').getAttribute('aria-rowcount')) === count, before);
  await tab.fill('#filter-q', 'without masking');
  await tab.waitForFunction(() => /^\d+ of/.test(document.querySelector('.shown').textContent));
  // No case is about it, but in many it decided.
  const unmasked = tab.locator('.row-requirement', { hasText: 'Send every frame without masking.' });
  assert.match(await unmasked.textContent(), /^MUST NOT\s*Send every frame without masking\.\s*\S\s*fail$/);
  await shot(tab, 'rfc');
  await unmasked.locator('th').click();
  await tab.waitForSelector('.page .requirement');
  assert.match(await fragment(tab), /req=R\d+-/);
  await tab.goBack();
  await tab.waitForSelector('.row-requirement');
  await tab.click('.clear');
}

async function figures(tab) {
  await tab.click('[data-view="figures"]');
  await tab.waitForSelector('.plot svg');
  assert.equal(await tab.locator('.plot').count(), 2);
  const runs = (await data(tab)).runs.length;
  assert.equal(await tab.locator('.plot polyline').count(), 2 * runs);
  await shot(tab, 'figures');
}

// WCAG 2 relative luminance; every pair of ink and ground that the page uses.
async function contrast(tab) {
  const pairs = [['ink', 'paper'], ['quiet', 'paper'], ['ink', 'raised'], ['quiet', 'raised'], ['accent', 'paper'],
    ['good', 'paper'], ['info', 'paper'], ['lenient', 'lenient-fill'], ['bad', 'bad-fill'], ['odd', 'odd-fill'],
    ['quiet', 'bad-fill'], ['quiet', 'lenient-fill'], ['quiet', 'odd-fill'], ['mark-ink', 'mark']];
  const low = await tab.evaluate((list) => {
    const style = getComputedStyle(document.documentElement);
    const luminance = (name) => {
      const text = style.getPropertyValue(`--${name}`).trim().slice(1);
      const full = text.length === 3 ? [...text].map((digit) => digit + digit).join('') : text;
      return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16) / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    };
    return list.map(([ink, ground]) => {
      const [a, b] = [luminance(ink), luminance(ground)].sort((x, y) => y - x);
      return [`${ink} on ${ground}`, (a + 0.05) / (b + 0.05)];
    }).filter(([, ratio]) => !(ratio >= 4.5));
  }, pairs);
  assert.deepEqual(low, []);
}

async function theme(tab) {
  const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await contrast(tab);
  await tab.click('.theme');
  assert.equal(await paper(), light, 'light stays light');
  await tab.click('.theme');
  assert.notEqual(await paper(), light);
  await contrast(tab);
  await shot(tab, 'dark');
  await tab.click('.theme');
  assert.equal(await paper(), light);
}

const fits = async (tab, what) =>
  assert.ok(await tab.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${what}: wider than the window`);

// Every target of every row has its cell, and every cell its words.
async function semantics(tab) {
  const problems = await tab.evaluate(() => {
    const found = [];
    const grid = document.querySelector('table[role="grid"]');
    const columns = Number(grid.getAttribute('aria-colcount'));
    for (const row of grid.tBodies[0].querySelectorAll('tr[aria-rowindex]')) {
      if (row.cells.length !== columns) found.push(`row of ${row.cells.length} cells`);
      for (const cell of row.querySelectorAll('td')) if (!cell.getAttribute('aria-label')) found.push('a cell without words');
    }
    if (grid.querySelectorAll('tbody [tabindex="0"]').length !== 1) found.push('not one way in by Tab');
    for (const control of document.querySelectorAll('input, select')) if (!control.labels.length) found.push(`no label: ${control.id}`);
    for (const button of document.querySelectorAll('button, a')) if (!button.textContent.trim()) found.push('a control without words');
    return found;
  });
  assert.deepEqual(problems, []);
}

async function main() {
  const browser = await launch();
  try {
    const one = await open(browser, 'one.html');
    await semantics(one.tab);
    await shot(one.tab, 'one');
    await filters(one.tab);
    await caseByKeyboard(one.tab);
    await rfcView(one.tab);
    await figures(one.tab);
    await one.tab.click('[data-view="cases"]');
    await theme(one.tab);
    one.fine();

    const many = await open(browser, 'many.html', { theme: 'dark' });
    await semantics(many.tab);
    await contrast(many.tab);
    await shot(many.tab, 'many');
    await figures(many.tab);
    many.fine();

    // A link that someone sent: filters, view and case are all in it.
    const shared = await open(browser, 'many.html', { fragment: '#verdict=fail&group=1&case=1.1.6&target=2' });
    assert.match(await shared.tab.textContent('.page h2'), /^1\.1\.6 /);
    assert.match(await shared.tab.textContent('.tab[aria-current]'), /Example\/1/);
    await shared.tab.click('.back');
    await settled(shared.tab, '#verdict=fail&group=1');
    shared.fine();

    for (const width of [400, 1000]) {
      const narrow = await open(browser, 'many.html', { width, height: 800 });
      await fits(narrow.tab, `matrix at ${width}`);
      await shot(narrow.tab, `matrix-${width}`);
      const page = await open(browser, 'one.html', { width, height: 800, fragment: '#case=1.1.7' });
      await page.tab.waitForSelector('.octet-table');
      await fits(page.tab, `case at ${width}`);
      await shot(page.tab, `case-${width}`);
      narrow.fine();
      page.fine();
    }

    const hostile = await open(browser, 'hostile.html');
    const ids = (await data(hostile.tab)).cases.map((row) => row[0]);
    for (const id of ids) {
      await hostile.tab.evaluate((wanted) => { location.hash = `#${new URLSearchParams({ case: wanted })}`; }, id);
      await hostile.tab.waitForFunction((wanted) => document.querySelector('.page h2 .id')?.textContent === wanted, id);
      const elements = await hostile.tab.evaluate(() => [document.querySelectorAll('script').length,
        document.querySelectorAll('img, iframe, object, embed, link, base, form[action], [onerror], [onclick]').length,
        [...document.querySelectorAll('a')].filter((a) => /^(javascript|data|vbscript):/i.test(a.href)).length,
        [...document.body.innerText].filter((character) => /[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\0\x1b]/u.test(character)).length]);
      assert.deepEqual(elements, [2, 0, 0, 0], id);
    }
    await shot(hostile.tab, 'hostile');
    hostile.fine();
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
