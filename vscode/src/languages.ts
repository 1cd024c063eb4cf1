import type { DocumentSelector } from 'vscode-languageclient/node';

/** Texts that are CUDA or HIP as they stand. */
export const CUDA_LANGUAGES = ['cuda-cpp', 'cuda', 'hip'];

const CELL_LANGUAGES = ['python', 'cpp', ...CUDA_LANGUAGES];

/** Texts with rules of their own, and with CUDA in the strings of Python. */
const TEXT_LANGUAGES = [
  'python',
  'cmake',
  'makefile',
  'dockerfile',
  'shellscript',
  'pip-requirements',
  'toml',
  'yaml'
];

/**
 * What the server is asked about. Cells have their own entries: without them the editor shows
 * what was found in a cell, but offers no fixes.
 */
export const SELECTOR: DocumentSelector = [
  ...['file', 'untitled'].flatMap(scheme => CUDA_LANGUAGES.map(language => ({ scheme, language }))),
  { scheme: 'file', pattern: '**/*.{cu,cuh,hip}' },
  ...TEXT_LANGUAGES.map(language => ({ scheme: 'file', language })),
  ...CELL_LANGUAGES.map(language => ({ notebook: 'jupyter-notebook', language }))
];
