// Bundle the extension into one file: out/extension.js.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export async function bundle() {
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['src/extension.ts'],
    outfile: 'out/extension.js',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning'
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle();
}
