// Build hipwright.vsix, beside package.json.
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { bundle } from './build.mjs';

await bundle();
await createVSIX({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  packagePath: fileURLToPath(new URL('../hipwright.vsix', import.meta.url)),
  dependencies: false, // they are in the bundle
  allowMissingRepository: true
});
