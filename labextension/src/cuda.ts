/**
 * CUDA and HIP as a language of the editors: C++ with a name of its own.
 */

import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';

export const CUDA = 'text/x-cuda';
const CPP = 'text/x-c++src';

/** Let editors know CUDA, unless somebody else has told them. */
export function addCuda(languages: IEditorLanguageRegistry): void {
  if (languages.getLanguages().some(({ mime }) => [mime].flat().includes(CUDA))) {
    return;
  }
  languages.addLanguage({
    name: 'CUDA',
    displayName: 'CUDA and HIP',
    mime: CUDA,
    extensions: ['cu', 'cuh', 'hip'],
    load: async () => {
      const cpp = await languages.getLanguage(CPP);
      if (!cpp?.support) {
        throw new Error('JupyterLab has no C++ to colour CUDA with.');
      }
      return cpp.support;
    }
  });
}
