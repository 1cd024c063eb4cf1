import type { DocumentSelector } from 'vscode-languageclient/node';

/** Texts that are CUDA or HIP as they stand. */
export const CUDA_LANGUAGES = ['cuda-cpp', 'cuda', 'hip'];

const CELL_LANGUAGES = ['python', 'cpp', ...CUDA_LANGUAGES];

/**
 * What the server is asked about. Cells have their own entries: without them the editor shows
 * what was found in a cell, but offers no fixes.
 */
export const SELECTOR: DocumentSelector = [
  ...['file', 'untitled'].flatMap(scheme => CUDA_LANGUAGES.map(language => ({ scheme, language }))),
  { scheme: 'file', pattern: '**/*.{cu,cuh,hip}' },
  ...CELL_LANGUAGES.map(language => ({ notebook: 'jupyter-notebook', language }))
];
