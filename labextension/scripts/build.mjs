// Bundles the compiled extension for JupyterLab into the Python package.
//
// The versions of JupyterLab's own packages come from the pinned @jupyterlab/core-meta, so that a
// build never asks the network for them.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const extension = dirname(dirname(fileURLToPath(import.meta.url)));
const builder = join(dirname(require.resolve('@jupyter/builder')), 'build-labextension.js');
const corePackages = require.resolve('@jupyterlab/core-meta/core.package.json');

const result = spawnSync(
  process.execPath,
  [builder, '--core-package-file', corePackages, extension, ...process.argv.slice(2)],
  { cwd: extension, stdio: 'inherit' }
);
process.exit(result.status ?? 1);
