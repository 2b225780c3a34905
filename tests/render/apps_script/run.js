// Runs a form script in Node against a FormApp that records, and refuses what the real one refuses.
// Usage: node run.js SCRIPT.gs '{"account": …, "runs": …}'; prints what was made and logged as JSON.
'use strict';
const fs = require('fs');
const vm = require('vm');

const [, , path, options] = process.argv;
const world = Object.assign(
  { account: 'workspace', publishing: true, runs: 1, fail: null, deleted: [], busy: false },
  JSON.parse(options || '{}')
);
const forms = [];
const sheets = [];
const log = [];
const errors = [];
const stored = Object.assign({}, world.stored);

function call(name) {
  if (world.fail && world.fail.method === name) {
    world.fail.times = (world.fail.times === undefined ? 1 : world.fail.times) - 1;
    if (world.fail.times !== 0) return;
    if (world.fail.ends) tell();
    throw new Error('Service Forms failed while running ' + name);
  }
}

// Google ends a script that takes too long, and no handler of its own runs.
function tell() {
  process.stdout.write(JSON.stringify({ forms, sheets, log, errors, stored }));
  process.exit(0);
}

function text(value) {
  if (typeof value !== 'string') throw new Error('The parameters do not match the method signature');
  return value;
}

function oneLine(value) {
  if (/[\r\n]/.test(text(value))) throw new Error('Displayed text cannot contain newlines');
  return value;
}

function item(kind) {
  const record = { kind: kind, title: '', help: '', choices: null, required: false };
  const self = {
    setTitle(title) { record.title = oneLine(title); return self; },
    setHelpText(help) { record.help = text(help); return self; },
  };
  if (kind === 'multipleChoice' || kind === 'paragraph') {
    self.setRequired = (required) => { record.required = required; return self; };
  }
  if (kind === 'multipleChoice') {
    self.setChoiceValues = (values) => {
      if (!values.length) throw new Error('Array is empty: values');
      if (new Set(values).size !== values.length) {
        throw new Error('Questions cannot have duplicate choice values.');
      }
      record.choices = Array.from(values, oneLine);
      return self;
    };
  }
  return { record, self };
}

function newForm(name) {
  const record = {
    id: 'form-' + (forms.length + 1), name: name, title: name, published: !world.publishing,
    // What Google's defaults are for an account with a domain: nothing here may rest on them.
    accepting: true, collectEmail: true, requireLogin: true, limitOne: true, progressBar: false,
    respondAgain: true, confirmation: '', description: '', destination: null, items: [],
  };
  forms.push(record);
  const published = (name) => {
    call(name);
    if (!record.published) throw new Error('Operation not supported on unpublished form.');
  };
  const own = (name, key) => (value) => {
    call(name);
    if (world.account === 'consumer') throw new Error('Exception: ' + name + ' is not available.');
    record[key] = value;
    return form;
  };
  const set = (name, key, check) => (value) => {
    call(name);
    record[key] = check ? check(value) : value;
    return form;
  };
  const add = (name, kind) => () => {
    call(name);
    const made = item(kind);
    record.items.push(made.record);
    return made.self;
  };
  const form = {
    getId: () => record.id,
    getEditUrl: () => 'https://docs.google.com/forms/d/' + record.id + '/edit',
    getPublishedUrl() { published('getPublishedUrl'); return 'https://docs.google.com/forms/d/e/' + record.id + '/viewform'; },
    setAcceptingResponses(value) { published('setAcceptingResponses'); record.accepting = value; return form; },
    setTitle: set('setTitle', 'title', oneLine),
    setDescription: set('setDescription', 'description', text),
    setConfirmationMessage: set('setConfirmationMessage', 'confirmation', text),
    setProgressBar: set('setProgressBar', 'progressBar'),
    setShowLinkToRespondAgain: set('setShowLinkToRespondAgain', 'respondAgain'),
    setCollectEmail: set('setCollectEmail', 'collectEmail'),
    setRequireLogin: own('setRequireLogin', 'requireLogin'),
    setLimitOneResponsePerUser: own('setLimitOneResponsePerUser', 'limitOne'),
    setDestination(type, id) {
      call('setDestination');
      if (type !== 'SPREADSHEET') throw new Error('Invalid argument: type');
      if (!sheets.some((sheet) => sheet.id === id)) throw new Error('Invalid argument: id');
      record.destination = id;
      return form;
    },
    addSectionHeaderItem: add('addSectionHeaderItem', 'sectionHeader'),
    addPageBreakItem: add('addPageBreakItem', 'pageBreak'),
    addMultipleChoiceItem: add('addMultipleChoiceItem', 'multipleChoice'),
    addParagraphTextItem: add('addParagraphTextItem', 'paragraph'),
  };
  if (world.publishing) form.setPublished = (value) => { call('setPublished'); record.published = value; return form; };
  return form;
}

const made = {};
const context = vm.createContext({
  FormApp: {
    DestinationType: { SPREADSHEET: 'SPREADSHEET' },
    create(name) { call('create'); const form = newForm(oneLine(name)); made[form.getId()] = form; return form; },
    openById(id) {
      if (!made[id] || world.deleted.includes(id)) throw new Error('No item with the given ID could be found.');
      return made[id];
    },
  },
  SpreadsheetApp: {
    create(name) {
      call('SpreadsheetApp.create');
      const sheet = { id: 'sheet-' + (sheets.length + 1), name: text(name) };
      sheets.push(sheet);
      return { getId: () => sheet.id, getUrl: () => 'https://docs.google.com/spreadsheets/d/' + sheet.id + '/edit' };
    },
  },
  PropertiesService: {
    getScriptProperties: () => ({
      getProperty: (key) => (key in stored ? stored[key] : null),
      setProperties(values) { call('setProperties'); Object.assign(stored, values); },
    }),
  },
  LockService: { getScriptLock: () => ({ tryLock: () => !world.busy }) },
  console: Object.fromEntries(
    ['log', 'warn', 'error'].map((level) => [level, (...said) => log.push(said.join(' '))])
  ),
});

vm.runInContext(fs.readFileSync(path, 'utf8'), context, { filename: path });
for (let run = 0; run < world.runs; run += 1) {
  try {
    vm.runInContext('makeForm()', context);
  } catch (error) {
    errors.push(String(error.message));
  }
}
tell();
