/* SPDX-License-Identifier: MIT */
/* Looks at a page as its readers see it, and writes down what is wrong. Each case is
   an iframe, whose width and colour scheme the page takes for its window's. A page lies
   beside us as NAME.html, and without its script as NAME-plain.html; that we may look
   into it is a flag of Chromium's. */
'use strict';

const problems = [];

/* --- colours --- */

const channels = (colour) => colour.match(/[\d.]+/g).map(Number);

function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((each) => {
    const part = each / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/* WCAG 2.1, "contrast ratio". */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function behind(element, window) {
  for (let each = element; each; each = each.parentElement) {
    const colour = channels(window.getComputedStyle(each).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
}

const hasOwnText = (element) =>
  [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());

function checkContrast(say, window) {
  const seen = new Set();
  for (const element of window.document.querySelectorAll('body *')) {
    if (!hasOwnText(element) || !element.checkVisibility()) continue;
    if (['SCRIPT', 'OPTION'].includes(element.tagName)) continue;
    const style = window.getComputedStyle(element);
    const inside = element instanceof window.SVGElement;
    /* A drawing's text lies on a box of it, whose colours are the sheets'. */
    const colour = channels(inside ? style.fill : style.color);
    const ratio = contrast(colour, behind(inside ? element.closest('svg').parentElement : element, window));
    const key = `${element.tagName}.${element.className.baseVal ?? element.className} ${colour}`;
    if (ratio < 4.5 && !seen.has(key)) say(`contrast ${ratio.toFixed(2)}: ${key}`);
    seen.add(key);
  }
}

/* --- layout --- */

function checkWidth(say, window) {
  const root = window.document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return;
  const wide = [...window.document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > root.clientWidth + 1 && !each.closest('.wide'))
    .map((each) => `${each.tagName}.${each.className.baseVal ?? each.className}`);
  say(`overflows: ${root.scrollWidth} of ${root.clientWidth} px, by ${wide.slice(0, 4).join(', ')}`);
}

function checkSections(say, window) {
  /* With the script, the list of moments is only what the panel is made of. */
  const put = window.document.documentElement.classList.contains('script') ? '.step-through, .compare' : '.compare';
  const sections = [...window.document.querySelectorAll('section')]
    .filter((section) => !section.matches(put) && (section.closest('.run')?.checkVisibility() ?? true));
  for (const section of sections) {
    const name = section.getAttribute('aria-labelledby') ?? section.getAttribute('aria-label');
    const box = section.getBoundingClientRect();
    if (!name) say('a section without a name');
    if (!section.checkVisibility() || box.width < 50 || box.height < 20) say(`not visible: ${name}`);
    const label = section.getAttribute('aria-labelledby');
    for (const id of label?.split(' ') ?? [])
      if (!window.document.getElementById(id)) say(`no heading ${id}`);
  }
  for (const svg of window.document.querySelectorAll('svg'))
    if (!svg.getAttribute('aria-label') && !svg.getAttribute('aria-labelledby')) say('a drawing without a name');
  for (const th of window.document.querySelectorAll('th'))
    if (!th.scope) say(`a heading without a scope: ${th.textContent}`);
  return sections.length;
}

/* One of the two drawings, as wide as there is room for, and no letters too small to read. */
function checkLadder(say, window, run, width) {
  const drawings = [...run.querySelectorAll('svg.ladder')].filter((svg) => svg.checkVisibility());
  if (run.querySelector('svg.ladder') && drawings.length !== 1) say(`${drawings.length} ladders are visible`);
  for (const svg of drawings) {
    const box = svg.getBoundingClientRect(), room = svg.parentElement.getBoundingClientRect();
    if (width >= 1000 && box.width < 0.9 * room.width) say(`the ladder uses ${box.width} of ${room.width} px`);
    if (svg.closest('.narrow-screen') && svg.viewBox.baseVal.width <= 480 && box.right > room.right + 1)
      say(`the ladder is cut: ${box.width} of ${room.width} px`);
    if (12 * box.width / svg.viewBox.baseVal.width < 8) say(`the ladder's letters are too small`);
  }
}

/* --- stepping, predicting, comparing --- */

const press = (window, key, target = window.document.body) =>
  target.dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const tool = (window, text) =>
  [...window.document.querySelectorAll('.tools button')].find((each) => each.textContent === text);

/* A single scenario shows nothing before the reader has predicted. */
function checkPrediction(say, window) {
  const guess = [...window.document.querySelectorAll('.run.guess')].find((run) => run.checkVisibility());
  if (!guess) return;
  for (const what of ['.stage', '.facts', '.story', '.answer'])
    if (guess.querySelector(what)?.checkVisibility()) say(`${what} is shown before a prediction`);
  press(window, 'ArrowRight');
  if (window.location.hash.includes('&t=')) say('a key steps before a prediction');
  const buttons = [...guess.querySelectorAll('.choices button')];
  if (buttons.length < 4) say(`only ${buttons.length} choices`);
  buttons[0].click();
  if (!guess.querySelector('.stage').checkVisibility()) say('nothing is shown after a prediction');
  if (!guess.querySelector('.told-apart').textContent.includes(buttons[0].textContent)) say('the prediction is not told');
}

function checkSteps(say, window, run) {
  const items = run.querySelectorAll('.instants > li');
  if (!items.length) return;
  const panel = run.querySelector('.panel');
  if (!panel?.checkVisibility()) return say(`no panel in ${run.id}`);
  const place = () => panel.querySelector('.place').textContent;
  const seen = new Set();
  let lookups = 0, bands = 0;
  panel.querySelector('[type="range"]').value = 1;
  panel.querySelector('[type="range"]').dispatchEvent(new window.Event('input'));
  for (let i = 0; i < items.length; ++i) {
    seen.add(place());
    lookups += panel.querySelectorAll('.ask').length > 0;
    /* The tables, or why they were not observed. */
    if (!panel.querySelector('.body :is(.strips, .unseen)')) say(`neither tables nor a reason at ${place()}`);
    bands += [...run.querySelectorAll('.ladder .now')].some((each) => each.checkVisibility());
    if (panel.getBoundingClientRect().right > window.document.documentElement.clientWidth + 1) say(`the panel overflows at ${place()}`);
    press(window, i % 2 ? 'ArrowRight' : ' ');
  }
  if (seen.size !== items.length) say(`the keys reach ${seen.size} of ${items.length} moments`);
  if (lookups !== run.querySelectorAll('.instants .arrival-lookup').length) say(`${lookups} lookups are drawn`);
  if (bands < items.length) say(`${bands} of ${items.length} moments are marked in the ladder`);
  if (window.location.hash !== `#${run.id}&t=${items.length}`) say(`the address is ${window.location.hash}`);
  press(window, 'ArrowLeft');
  if (!place().startsWith(`${items.length - 1} `)) say(`ArrowLeft leads to ${place()}`);
  const socket = panel.querySelector('.socket[role="button"]');
  socket?.click();
  if (socket && !run.querySelector('.lit')) say('a pressed socket is not lit');
  socket?.click();
  return undefined;
}

function checkHint(say, window, run) {
  const link = [...run.querySelectorAll('a[href*="/A/ident/"]')].find((each) => each.checkVisibility());
  if (!link) return;
  link.focus();
  const hint = window.document.querySelector('.hint');
  if (hint.hidden || link.getAttribute('aria-describedby') !== hint.id) say(`no hint for ${link.textContent}`);
  press(window, 'Escape', link);
  if (!hint.hidden) say('Escape does not close the hint');
  link.blur();
}

/* A run without steps has no moments to present. */
function checkNothingToPresent(say, window) {
  const run = [...window.document.querySelectorAll('.run')].find((each) => each.checkVisibility());
  if (!run || run.querySelector('.instants')) return;
  tool(window, 'Present').click();
  if (window.document.documentElement.classList.contains('present')) say('nothing is presented');
  const why = window.document.querySelector('.top .why');
  if (!why.checkVisibility() || !why.textContent.includes('no steps')) say(`not told why nothing is presented: ${why.textContent}`);
}

function checkLanguage(say, window) {
  const heading = [...window.document.querySelectorAll('h3')].find((each) => each.checkVisibility());
  const english = heading.textContent;
  tool(window, '中文').click();
  if (!/[\u4e00-\u9fff]/.test(heading.textContent)) say(`not in Chinese: ${heading.textContent}`);
  if (window.document.documentElement.lang !== 'zh-CN') say('the language is not told');
  checkWidth(say, window);
  tool(window, 'English').click();
  if (heading.textContent !== english) say(`not in English again: ${heading.textContent}`);
}

const panelsOf = (window) =>
  [...window.document.querySelectorAll('.panel')].filter((each) => each.checkVisibility());

/* Where all scenarios are folded, the first of them. */
function checkFolded(say, window) {
  if ([...window.document.querySelectorAll('.run')].some((each) => each.checkVisibility())) return;
  tool(window, 'Present').click();
  if (panelsOf(window).length !== 1) say('folded scenarios are not presented');
  press(window, 'Escape');
}

/* Of several runs, the one that is seen most. */
function checkPresentation(say, window) {
  const panel = panelsOf(window).at(-1);
  if (!panel) return;
  const size = (element) => Number.parseFloat(window.getComputedStyle(element).fontSize);
  const before = size(panel.querySelector('.what'));
  panel.closest('.run').scrollIntoView();
  tool(window, 'Present').click();
  const shown = panelsOf(window);
  if (shown.length !== 1 || shown[0] !== panel)
    say(`presented: ${shown.map((each) => each.closest('.run').id)}, not ${panel.closest('.run').id}`);
  if ([...window.document.querySelectorAll('.ladder, table.runs')].some((each) => each.checkVisibility()))
    say('the presentation shows other things');
  if (size(panel.querySelector('.what')) < 1.2 * before) say('the presentation is no larger');
  checkWidth(say, window);
  press(window, 'Escape');
  if (window.document.documentElement.classList.contains('present')) say('Escape does not leave the presentation');
}

function checkComparison(say, window) {
  const compare = tool(window, 'Compare');
  if (!compare) return;
  compare.click();
  const section = window.document.querySelector('.compare');
  if (!section.checkVisibility() || section.querySelectorAll('tbody tr').length < 3) say('the comparison shows nothing');
  const [left, right] = section.querySelectorAll('select');
  right.selectedIndex = left.selectedIndex;
  right.dispatchEvent(new window.Event('change', { bubbles: true }));
  if (section.querySelector('.differs, .left, .right')) say('a run differs from itself');
  checkWidth(say, window);
  checkContrast(say, window);
  compare.click();
}

/* axe-core, where there is one. */
async function checkAxe(say, window) {
  const source = document.getElementById('axe')?.textContent;
  if (!source) return;
  if (!window.axe) {
    const script = window.document.createElement('script');
    script.textContent = source;
    window.document.head.append(script);
  }
  const { violations } = await window.axe.run(window.document, { resultTypes: ['violations'] });
  for (const each of violations)
    say(`axe: ${each.id} (${each.impact}): ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
  axed += 1;
}
let axed = 0;

/* --- the cases --- */

/* A page learns that a part was opened by an event, which comes later. */
const openAll = (document) =>
  Promise.all([...document.querySelectorAll('details:not([open])')].map((each) => new Promise((resolve) => {
    each.addEventListener('toggle', resolve, { once: true });
    each.open = true;
  })));

async function frame(name, { width, scheme, script }) {
  const element = document.createElement('iframe');
  element.style.cssText = `width:${width}px;height:900px;border:0;color-scheme:${scheme}`;
  element.src = `${name}${script ? '' : '-plain'}.html`;
  const loaded = new Promise((resolve) => element.addEventListener('load', resolve));
  document.body.append(element);
  await loaded;
  return element;
}

async function look(name, how) {
  const where = `${name}, ${how.width} px, ${how.scheme}${how.script ? '' : ', no script'}`;
  const say = (what) => problems.push(`${where}: ${what}`);
  const element = await frame(name, how);
  const window = element.contentWindow;
  checkWidth(say, window);
  if (how.width !== 800) await checkAxe(say, window);
  if (how.script) {
    checkPrediction(say, window);
    checkFolded(say, window);
  }
  await openAll(window.document);
  const runs = [...window.document.querySelectorAll('.run')];
  for (const run of runs) {
    window.document.querySelector(`label[for="${run.id}-tab"]`).click();
    const others = [...run.parentElement.children].filter((each) => each.matches('.run') && each !== run);
    if (!run.checkVisibility()) say(`its tab does not show ${run.id}`);
    if (others.some((each) => each.checkVisibility())) say(`the tab of ${run.id} shows others as well`);
    checkWidth(say, window);
    const count = checkSections(say, window);
    if (count < 4) say(`only ${count} sections`);
    checkContrast(say, window);
    checkLadder(say, window, run, how.width);
    if (!how.script) continue;
    if (how.scheme === 'light') checkSteps(say, window, run);
    checkHint(say, window, run);
  }
  if (how.script) {
    checkLanguage(say, window);
    checkPresentation(say, window);
    checkNothingToPresent(say, window);
    checkComparison(say, window);
  }
  if (how.width !== 800) await checkAxe(say, window);
  const paper = luminance(channels(window.getComputedStyle(window.document.body).backgroundColor));
  if ((how.scheme === 'dark') !== paper < 0.5) say(`the paper's luminance is ${paper}`);
  if (how.script) {
    const theme = window.document.querySelector('.tools button');
    theme.click();
    const other = luminance(channels(window.getComputedStyle(window.document.body).backgroundColor));
    if (paper < 0.5 === other < 0.5) say('the switch between light and dark does nothing');
  } else if (window.document.querySelector('.tools')) {
    say('the script ran');
  }
  element.remove();
}

async function filter(name) {
  const element = await frame(name, { width: 1400, scheme: 'light', script: true });
  const { document } = element.contentWindow;
  const input = document.querySelector('.filter input');
  if (!input) return problems.push(`${name}: no filter`);
  const rows = [...document.querySelectorAll('table.runs tbody tr')];
  input.value = rows.at(-1).querySelector('a').textContent;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  const shown = rows.filter((row) => !row.hidden);
  if (shown.length !== 1) problems.push(`${name}: the filter shows ${shown.length} rows`);
  const scenarios = [...document.querySelectorAll('.scenario')].filter((each) => each.checkVisibility());
  if (scenarios.length !== 1) problems.push(`${name}: the filter shows ${scenarios.length} scenarios`);
  /* A link opens what it leads to. */
  const arrived = new Promise((resolve) =>
    element.contentWindow.addEventListener('hashchange', resolve, { once: true }));
  document.querySelector('table.runs tbody tr:not([hidden]) a').click();
  await arrived;
  if (!document.querySelector('.run:target')?.checkVisibility()) problems.push(`${name}: a link to a run does not show it`);
  element.remove();
}

async function main(pages) {
  for (const { name, several, names } of pages) {
    if (names.length) {
      await lookInChinese(name, names);
      continue;
    }
    for (const width of [360, 800, 1400])
      for (const scheme of ['light', 'dark']) await look(name, { width, scheme, script: true });
    await look(name, { width: 360, scheme: 'light', script: false });
    if (several) await filter(name);
  }
}

main(JSON.parse(document.getElementById('pages').textContent))
  .catch((error) => problems.push(`${error}\n${error.stack}`))
  .finally(() => {
    const result = document.createElement('pre');
    result.id = 'result';
    if (document.getElementById('axe') && !axed) problems.push('axe has not run');
    result.textContent = JSON.stringify(problems);
    document.body.replaceChildren(result);
  });
