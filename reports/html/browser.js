// A headless Chromium for the browser test and the benchmark: node, playwright-core, and a browser of the system.
'use strict';
const { accessSync, constants } = require('node:fs');
const { delimiter, join } = require('node:path');
const { chromium } = require('playwright-core');

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

function executable() {
  if (process.env.WSSPEC_CHROMIUM) return process.env.WSSPEC_CHROMIUM;
  for (const name of names)
    for (const folder of (process.env.PATH || '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch { /* Not there. */ }
    }
  throw new Error(`no browser: none of ${names.join(', ')} is in PATH, and WSSPEC_CHROMIUM names none`);
}

// The page is our own and offline; a container rarely grants what Chromium's sandbox needs.
exports.launch = () => chromium.launch({ executablePath: executable(), args: ['--no-sandbox', '--disable-gpu'] });
