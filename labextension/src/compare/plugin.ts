/**
 * The plugin that shows comparisons in outputs: the renderer of our own MIME type.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { IEditorLanguageRegistry as Languages } from '@jupyterlab/codemirror';
import { IEditorLanguageRegistry, jupyterTheme } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Widget } from '@lumino/widgets';

import { addCuda, CUDA } from '../cuda';
import { MIME_TYPE, readComparison } from './model';
import type { ComparisonView } from './view';
import { comparisonView } from './view';

const PLUGIN = 'hipwright:compare';
/** Before the HTML that every comparison has beside it, whose rank is 50. */
const RANK = 10;

export const comparisonPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Shows comparisons of CUDA programs with their ports.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IEditorLanguageRegistry, ISettingRegistry],
  activate: async (
    _app,
    rendermime: IRenderMimeRegistry,
    languages: Languages,
    registry: ISettingRegistry
  ): Promise<void> => {
    const settings = await registry.load(PLUGIN);
    if (settings.get('disable').composite === true) {
      return;
    }
    addCuda(languages);
    rendermime.addFactory(
      {
        // Nothing of the data is ever used as markup, so it is safe to show unasked.
        safe: true,
        mimeTypes: [MIME_TYPE],
        createRenderer: options => new ComparisonRenderer(options, rendermime, languages)
      },
      RANK
    );
  }
};

class ComparisonRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly _options: IRenderMime.IRendererOptions,
    private readonly _rendermime: IRenderMimeRegistry,
    private readonly _languages: Languages
  ) {
    super();
    this.addClass('hipwright-rendered-compare');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._clear();
    const comparison = readComparison(model.data[this._options.mimeType]);
    if (comparison === null) {
      await this._renderFallback(model);
      return;
    }
    const cuda = await this._languages.getLanguage(CUDA);
    const view = comparisonView(comparison, [jupyterTheme, cuda?.support ?? []]);
    this._view = view;
    this.node.replaceChildren(view.node);
  }

  override dispose(): void {
    this._clear();
    super.dispose();
  }

  /** The HTML beside the data says the same; it is for readers that do not know this version. */
  private async _renderFallback(model: IRenderMime.IMimeModel): Promise<void> {
    const type = this._rendermime.preferredMimeType(
      Object.fromEntries(Object.entries(model.data).filter(([each]) => each !== MIME_TYPE)),
      'any'
    );
    if (type === undefined) {
      this.node.textContent =
        'This comparison was written by a newer hipwright. Update the extension to see it.';
      return;
    }
    const renderer = this._rendermime.createRenderer(type);
    await renderer.renderModel(model);
    this._fallback = renderer;
    this.node.replaceChildren(renderer.node);
  }

  private _clear(): void {
    this._view?.dispose();
    this._view = null;
    this._fallback?.dispose();
    this._fallback = null;
  }

  private _view: ComparisonView | null = null;
  private _fallback: IRenderMime.IRenderer | null = null;
}
