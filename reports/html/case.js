// One case as prose: why its verdict is what it is, from the sentence of the RFC down to the octet.

function section(title, ...content) {
  const found = content.flat(Infinity).filter(Boolean);
  return found.length > 0 && h('section', {}, h('h3', {}, title), found);
}

// The last one: a URL before it may contain the same characters.
function rerunOf(run, one) {
  const place = run.rerun.lastIndexOf('{case}');
  return place < 0 ? run.rerun : run.rerun.slice(0, place) + one.id + run.rerun.slice(place + 6);
}

function commandBlock(command) {
  const code = h('code', { tabindex: '0' }, command);
  const button = h('button', { type: 'button', class: 'copy', onclick: async () => {
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Selected';
    }
  } }, 'Copy');
  return h('div', { class: 'command' }, code, button);
}

// ---- what is sent ---------------------------------------------------------------------------------------------------

function scriptList(script) {
  return h('ol', { class: 'script' }, script.map(([step, outcomes]) => {
    if (!outcomes) return h('li', {}, text(step));
    return h('li', { class: 'allowed' }, 'then the target may', h('ul', {}, outcomes.map(([grade, outcome]) =>
      h('li', {}, verdictMark(verdictNumber[grade]), ' ', text(outcome))), h('li', {}, verdictMark(verdictNumber.fail), ' anything else')));
  }));
}

function sentSection(one) {
  if (one.scripts.length === 0) return section('What is sent', h('p', { class: 'quiet' }, 'This version of the catalogue does not have the case.'));
  const several = one.scriptCount > 1;
  return section('What is sent, and what is allowed',
    several && h('p', {}, `${one.scriptCount} scripts, each on a connection of its own; the worst result counts.`),
    one.scripts.map((script) => scriptList(script)),
    one.scriptCount > one.scripts.length && h('p', { class: 'quiet' }, `and ${one.scriptCount - one.scripts.length} more scripts of the same kind`),
    one.note && h('p', { class: 'note' }, one.note),
    one.needs && h('p', { class: 'quiet' }, `Needs: ${one.needs}.`),
    one.telling && h('details', {}, h('summary', {}, 'Octet by octet, as the catalogue tells it'), h('pre', { tabindex: '0' }, one.telling)));
}

// ---- what decided ---------------------------------------------------------------------------------------------------

const octetWords = (index) => `octet ${number(index + 1)}`;

// The field around an octet in one line, for a reader who looks for nothing else.
function decidingStrip(stream, parts, index, words) {
  const part = parts.find((one) => index >= one.from && index < one.to);
  const field = part && part.fields.find((one) => index >= one.from && index < one.to);
  const from = Math.max(0, Math.min(index - 7, index - 2));
  const to = Math.min(stream.size, index + 9);
  const octet = stream.at(index);
  const place = field && field.payload ? `, octet ${number(index - field.from + 1)} of ${number(field.to - field.from)}` : '';
  const means = field && !field.line ? field.means + place : '';
  return h('div', { class: 'deciding' },
    h('p', {}, h('strong', {}, words), part ? ` It stands in: ${part.summary}.` : ''),
    h('p', { class: 'strip' }, h('span', { class: 'quiet' }, `${number(from + 1)}\u2009\u2026 `), hexCells(stream, from, to, index),
      h('span', { class: 'quiet' }, ` \u2026\u2009${number(to)}`)),
    h('p', { class: 'strip-words' }, octet === undefined ? 'The octet itself was not kept.'
      : [h('span', { class: 'code' }, `0x${hex2(octet)}`), means ? `: ${means}` : field && field.line ? `: \u201c${printable([octet])}\u201d of an HTTP line` : '']));
}

function decidingSection(result, streams) {
  const { verdict, deciding, ourFault } = result;
  const name = verdicts[verdict].name;
  const content = [];
  const statement = result.requirement;
  if (deciding && streams) {
    content.push(decidingStrip(streams.received, streams.receivedParts, deciding - 1,
      `Octet ${number(deciding)} of what the target sent decided, its HTTP response included.`));
  } else if (deciding) {
    content.push(h('p', {}, `Octet ${number(deciding)} of what the target sent decided; this page does not keep the octets of the case.`));
  } else if (name === 'fail' || name === 'non-strict') {
    content.push(h('p', {}, 'No octet of the target decided: it is about something that did not come.'));
  }
  if (ourFault && streams)
    content.push(decidingStrip(streams.sent, streams.sentParts, ourFault.octet - 1,
      `From octet ${number(ourFault.octet)} of what we sent, the target could know: ${ourFault.what}.`));
  if (statement) content.push(requirementBlock(statement));
  if (name === 'pass' && content.length === 0) return false;
  return section(name === 'fail' ? 'Why it fails: the octet and the sentence' : 'What decided', content);
}

// ---- the conversation -----------------------------------------------------------------------------------------------

const clock = (microseconds) => (microseconds / 1000).toFixed(microseconds < 100000 ? 2 : 1);

function ladder(transcript, streams, deciding) {
  const rows = transcript.map((entry) => {
    if (entry.direction === 'note')
      return h('li', { class: 'note' }, h('span', { class: 'time' }, clock(entry.at)), h('span', { class: 'rung' }, h('span', { class: 'words' }, entry.note)));
    const sent = entry.direction === 'sent';
    const stream = sent ? streams.sent : streams.received;
    const parts = sent ? streams.sentParts : streams.receivedParts;
    const from = stream.starts.get(entry);
    const to = from + entry.size;
    const decides = !sent && deciding && deciding > from && deciding <= to;
    const words = [];
    const inside = parts.filter((part) => part.from < to && part.to > from);
    for (const part of inside.slice(0, 6)) words.push(part.from >= from ? part.summary : `more of: ${part.summary}`);
    if (inside.length > 6) words.push(`and ${inside.length - 6} more`);
    return h('li', { class: `${sent ? 'sent' : 'received'}${decides ? ' decides' : ''}` }, h('span', { class: 'time' }, clock(entry.at)),
      h('span', { class: 'rung' }, h('span', { class: 'unseen' }, sent ? 'sent: ' : 'received: '),
        h('span', { class: 'words' }, words.map((one) => h('span', { class: 'line' }, one)),
          decides && h('strong', { class: 'decides-word' }, `octet ${number(deciding)} decided`)),
        h('span', { class: 'quiet size' }, counted(entry.size, 'octet', 'octets'), sent && entry.note && /barrier|await/.test(entry.note) ? ` \u00b7 ${entry.note}` : '')));
  });
  return h('div', { class: 'ladder' },
    h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', {}, 'ms'), h('span', {}, 'Tester'), h('span', {}, 'Target')),
    h('ol', {}, rows));
}

function streamsOf(transcript) {
  const sent = new Stream(transcript, 'sent');
  const received = new Stream(transcript, 'received');
  return { sent, received, sentParts: partsOf(sent), receivedParts: partsOf(received) };
}

function conversation(result, streams, transcript) {
  if (!transcript) {
    const reason = verdicts[result.verdict].name === 'pass' || verdicts[result.verdict].name === 'informational'
      ? 'With several targets this page leaves out the octets of what is in order.'
      : 'This page has no room for the octets of this case.';
    return ran(result.verdict) && section('Conversation', h('p', { class: 'quiet' }, `${reason} The result file has them; the command below plays it again.`));
  }
  if (transcript.length === 0) return section('Conversation', h('p', { class: 'quiet' }, 'No octet was kept.'));
  const fault = result.ourFault;
  return [
    section('Conversation', ladder(transcript, streams, result.deciding)),
    section('Octets',
      octetTable(streams.received, streams.receivedParts, 'What the target sent', result.deciding ? result.deciding - 1 : -1, 'decided'),
      octetTable(streams.sent, streams.sentParts, 'What we sent', fault ? fault.octet - 1 : -1, 'the fault shows here')),
  ];
}

// ---- figures --------------------------------------------------------------------------------------------------------

const amount = (octets) => (octets >= 1048576 ? `${+(octets / 1048576).toFixed(1)} MiB` : octets >= 1024 ? `${+(octets / 1024).toFixed(1)} KiB` : `${octets} octets`);
// Three digits, never an exponent.
const short = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)).replace(/\.0+$/, '');
const scaled = (value, units) => {
  const unit = units.find(([size]) => value >= size) || units.at(-1);
  return `${short(value / unit[0])} ${unit[1]}`;
};
const rate = (perSecond) => scaled(perSecond, [[1e9, 'GB/s'], [1e6, 'MB/s'], [1e3, 'kB/s'], [1, 'B/s']]);
const microseconds = (value) => scaled(value, [[1e6, 's'], [1e3, 'ms'], [1, '\u00b5s']]);

function figuresSection(result) {
  const figures = result.figures;
  if (!figures) return false;
  const rows = [
    ['Messages that came back', number(figures.messages)],
    ['Message size', amount(figures.size)],
    ['Payload, one way', amount(figures.octets)],
    ['On the wire', `${amount(figures.wireSent)} sent, ${amount(figures.wireReceived)} received`],
    ['Messages that the target compressed', number(figures.compressed)],
    figures.seconds > 0 && ['Throughput, payload one way', rate(figures.octets / figures.seconds)],
    figures.median > 0 && ['Round trip', `${microseconds(figures.median)} median, ${microseconds(figures.minimum)} least, ${microseconds(figures.p99)} 99th percentile`],
  ].filter(Boolean);
  return section('Figures', h('dl', { class: 'facts' }, rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])));
}

// What a case of group 17 did to the target's process, and how time grew.
function resourcesSection(result) {
  const used = result.resources;
  if (!used) return false;
  const rows = [
    ['Sent', amount(used.sent)],
    used.processes > 0 && ['Held at most', amount(used.held)],
    used.processes > 0 && ['Memory', `${amount(used.before)} before, ${amount(used.peak)} at most, ${amount(used.after)} afterwards`],
    used.processes > 0 && ['CPU time', `${short(used.cpu)} s`],
    used.processes > 0 && ['Open files', `${number(used.filesBefore)} before, ${number(used.filesPeak)} at most, ${number(used.filesAfter)} afterwards`],
    used.processes > 1 && ['Processes', number(used.processes)],
    used.growth.length > 0 && ['Time by size', used.growth.map(([size, seconds]) => `${number(size)}: ${microseconds(seconds * 1e6)}`).join(', ')],
    used.exponent > 0 && ['Grows with the power', short(used.exponent)],
  ].filter(Boolean);
  return section('Resources', h('dl', { class: 'facts' }, rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])));
}

// ---- the page -------------------------------------------------------------------------------------------------------

function targetTabs(one, chosen) {
  if (!many) return false;
  return h('nav', { class: 'tabs', 'aria-label': 'Targets' }, runs.map((run) => {
    const result = run.byCase[one.number];
    return link({ target: String(run.number + 1) }, { class: 'tab', 'aria-current': run === chosen ? 'true' : null,
      title: result ? verdicts[result.verdict].name : 'not in this run' },
    result ? verdictMark(result.verdict, { words: false }) : h('span', { class: 'quiet' }, '\u00b7'), ' ', run.name);
  }));
}

function caseTarget(state, one) {
  const asked = runs[Number(state.target) - 1];
  if (asked) return asked;
  // The target for which there is most to tell.
  const verdictsFound = runs.map((run) => run.byCase[one.number]?.verdict);
  const bad = worst(verdictsFound);
  return runs[Math.max(0, verdictsFound.indexOf(bad))];
}

function observation(result) {
  const closing = closingMark(result);
  const { name, means } = verdicts[result.verdict];
  const findings = result.findings.filter((one) => one.what !== result.detail);
  return [
    h('div', { class: `banner b-${name}` }, verdictMark(result.verdict),
      h('p', {}, result.detail || `${means[0].toUpperCase()}${means.slice(1)}.`)),
    result.firstVerdict !== null && h('p', { class: 'note' }, `It was ${verdicts[result.firstVerdict].name} when it ran among the others, and ${name} in the end.`),
    result.known && h('p', { class: 'note' }, `The baseline expects ${verdicts[result.known.verdict].name}: ${result.known.reason}${result.known.expires ? ` (until ${result.known.expires})` : ''} `,
      // A file may come from anywhere: only what is a web address becomes a link.
      /^https?:\/\//.test(result.known.link) ? h('a', { href: result.known.link, rel: 'noreferrer' }, result.known.link) : result.known.link),
    { findings, closing },
  ];
}

function casePage(state) {
  const one = cases.find((candidate) => candidate.id === state.case);
  if (!one) return h('article', { class: 'page' }, h('h2', { tabindex: '-1' }, 'No such case in this report'));
  const run = caseTarget(state, one);
  const result = run.byCase[one.number];
  const group = groups.find((candidate) => candidate.number === one.group);
  const filter = filterOf(state);
  const list = cases.filter((candidate) => filter.case(candidate));
  const place = list.indexOf(one);
  const neighbour = (candidate, words, label) => candidate &&
    link({ case: candidate.id }, { rel: label, title: `${candidate.id} ${candidate.title}` }, words);
  const page = h('article', { class: 'page' },
    h('nav', { class: 'path', 'aria-label': 'Place' },
      link({ case: '', target: '', req: '' }, { class: 'back' }, '\u2190 All cases'),
      h('span', { class: 'quiet' }, group ? `${group.number} ${group.title}` : ''),
      h('span', { class: 'neighbours' }, neighbour(list[place - 1], '\u2190 previous', 'prev'), ' ', place >= 0 && neighbour(list[place + 1], 'next \u2192', 'next'))),
    h('h2', { tabindex: '-1' }, h('span', { class: 'id' }, one.id), ' ', one.title),
    targetTabs(one, run));
  if (!result) {
    page.append(h('p', { class: 'note' }, `${run.name}: the case is not in this run.`), sentSection(one));
    return page;
  }
  const transcript = result.transcript;
  const streams = transcript && streamsOf(transcript);
  const [banner, flaky, known, { findings, closing }] = observation(result);
  const others = one.covers.filter((statement) => statement !== result.requirement);
  const parts = [
    banner, flaky, known,
    decidingSection(result, streams),
    section('What was observed', h('dl', { class: 'facts' },
      result.expected && [h('dt', {}, 'Allowed'), h('dd', {}, result.expected)],
      result.observed && [h('dt', {}, 'Observed'), h('dd', {}, result.observed)],
      closing.words && [h('dt', {}, 'Closing'), h('dd', {}, closing.words)],
      findings.length > 0 && [h('dt', {}, 'Findings'), h('dd', {}, h('ul', { class: 'findings' }, findings.map((finding) =>
        h('li', {}, verdictMark(verdictNumber[finding.grade]), ' ', finding.what,
          finding.requirement && [' (', citation(finding.requirement), ' ', h('span', { class: 'level' }, finding.requirement.level), ')']))))],
      h('dt', {}, 'Ran'), h('dd', {}, `${seconds(result.milliseconds)}, ${counted(result.attempts, 'attempt', 'attempts')}, against ${run.url}`))),
    figuresSection(result),
    resourcesSection(result),
    sentSection(one),
    section(result.requirement ? 'What else the case is about' : 'What the RFC says', others.map(requirementBlock)),
    conversation(result, streams, transcript),
    result.firstTranscript && result.firstTranscript.length > 0 && section('The conversation among the others',
      ladder(result.firstTranscript, streamsOf(result.firstTranscript), null)),
    run.rerun && section('Run it again', commandBlock(rerunOf(run, one))),
  ];
  page.append(...parts.flat(Infinity).filter(Boolean));
  return page;
}

function requirementPage(state) {
  const statement = requirements.find((candidate) => candidate.id === state.req);
  if (!statement) return h('article', { class: 'page' }, h('h2', { tabindex: '-1' }, 'No such requirement'));
  const rows = [...statement.cases, ...statement.strays].map((one) => caseRow(one, one.id, statement));
  for (const row of rows) {
    const { open } = row;
    row.open = (run) => open(run, { req: '' });
  }
  const grid = rows.length > 0 && new Grid({ label: 'Cases and targets', head: 'Case', rows, columnClass: gridClass });
  const page = h('article', { class: 'page full' },
    h('nav', { class: 'path', 'aria-label': 'Place' }, link({ req: '', view: 'rfc' }, { class: 'back' }, '\u2190 All requirements')),
    h('h2', { tabindex: '-1' }, cite(statement), ' ', h('span', { class: 'level' }, statement.level)),
    requirementBlock(statement),
    section('Cases that ask it, or in which it decided', grid ? grid.element
      : h('p', { class: 'quiet' }, statement.unobservable ? 'None: it cannot be observed on the wire.' : 'None in this report.')));
  page.grid = grid;
  return page;
}
