// What is shown, as the URL's fragment says it: shareable, and the browser's back button works.
//   view=cases|rfc|figures  case=6.4.1  target=2  req=R6455-5.1-2
//   verdict=fail,error  group=6  section=6455-5.1  level=MUST  q=words  fold=1,2

const filterKeys = ['verdict', 'group', 'section', 'level', 'q'];

function readState() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const state = { view: 'cases', case: '', target: '', req: '', verdict: '', group: '', section: '', level: '', q: '',
    fold: '' };
  for (const key of Object.keys(state)) if (parameters.has(key)) state[key] = parameters.get(key);
  return state;
}

function fragmentOf(state) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(state))
    if (value !== '' && !(key === 'view' && value === 'cases')) parameters.set(key, value);
  // Commas and spaces are legible as they are.
  return '#' + parameters.toString().replaceAll('%2C', ',');
}

const hrefOf = (changes) => fragmentOf({ ...readState(), ...changes });

// A step that the back button undoes; typing replaces it instead of adding one for every letter.
function go(changes, { replace = false } = {}) {
  const target = hrefOf(changes);
  if (target === fragmentOf(readState())) return;
  if (replace) location.replace(target);
  else location.hash = target;
}

const listOf = (value) => value.split(',').filter(Boolean);

function toggled(value, item) {
  const list = listOf(value);
  return (list.includes(item) ? list.filter((one) => one !== item) : [...list, item]).join(',');
}

// A filter for cases and one for requirements; a requirement is shown for itself or for a case of it.
function filterOf(state) {
  let bits = 0;
  for (const name of listOf(state.verdict)) if (name in verdictNumber) bits |= 1 << verdictNumber[name];
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const level = state.level;
  const section = state.section;
  const levelFits = (one) => !level || one.level === level;
  const sectionFits = (one) => !section || sectionKey(one) === section || sectionKey(one).startsWith(section + '.');
  const wordsFit = (one) => words.every((word) => one.words.includes(word));
  const resultFits = (one) => (!bits || (one.verdictBits & bits) !== 0) && (!state.group || one.group === state.group);
  return {
    active: filterKeys.some((key) => state[key] !== ''),
    ofResults: bits !== 0 || state.group !== '',
    case: (one) => resultFits(one) && wordsFit(one) &&
      ((!level && !section) || one.covers.some((statement) => levelFits(statement) && sectionFits(statement))),
    caseOfRequirement: (one, statement) => resultFits(one) && (wordsFit(statement) || wordsFit(one)),
    requirement: (one) => levelFits(one) && sectionFits(one),
    requirementWords: wordsFit,
  };
}
