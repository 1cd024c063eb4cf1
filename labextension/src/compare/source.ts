/**
 * The two sources side by side, as they were compiled, with the places that the runs complained about.
 */

import type { Extension } from '@codemirror/state';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import { Decoration, EditorView, lineNumbers } from '@codemirror/view';
import { MergeView, uncollapseUnchanged } from '@codemirror/merge';

import { element } from '../dom';
import type { Place, Side } from './model';

/** Brings a place of one of the sides into view. */
export type ShowPlace = (side: Side, place: Place) => void;

export interface SourceView {
  node: HTMLElement;
  show: ShowPlace;
  dispose: () => void;
}

/** What the editors of a page have in common: theme and colours of C++. */
export type EditorLook = Extension;

const mark = StateEffect.define<number>();

/** The line that was asked for last. */
const markedLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(mark)) {
        return Decoration.set(
          Decoration.line({ class: 'hipwright-asked-line' }).range(effect.value)
        );
      }
    }
    return value;
  },
  provide: field => EditorView.decorations.from(field)
});

/** The places in a file that a side complained about, by line. */
function complaints(side: Side, file: string): Map<number, { kind: string; text: string }> {
  const found = new Map<number, { kind: string; text: string }>();
  for (const each of side.findings) {
    if (each.file === file) {
      found.set(each.line, { kind: 'finding', text: `${each.code}: ${each.message}` });
    }
  }
  for (const each of [...side.diagnostics.filter(isError), ...side.reports]) {
    if (each.file === file) {
      found.set(each.line, { kind: 'report', text: each.message });
    }
  }
  return found;
}

function isError({ severity }: { severity: string }): boolean {
  return severity === 'error' || severity === 'fatal error';
}

function complaintLines(side: Side, file: string): Extension {
  const lines = complaints(side, file);
  return EditorView.decorations.of(view => {
    const builder = new RangeSetBuilder<Decoration>();
    const text = view.state.doc;
    for (const line of [...lines.keys()].sort((a, b) => a - b)) {
      const complaint = lines.get(line);
      if (line >= 1 && line <= text.lines && complaint) {
        builder.add(
          text.line(line).from,
          text.line(line).from,
          Decoration.line({
            class: `hipwright-line-${complaint.kind}`,
            attributes: { title: complaint.text }
          })
        );
      }
    }
    return builder.finish();
  });
}

function extensions(side: Side, file: string, look: EditorLook): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    // Not editable, but there to be read and scrolled with the keyboard.
    EditorView.contentAttributes.of({
      tabindex: '0',
      'aria-label': `Source: ${side.label}`
    }),
    lineNumbers(),
    EditorView.lineWrapping,
    complaintLines(side, file),
    markedLine,
    look
  ];
}

/** A source of a side and its counterpart: by name, or else by its place in the list. */
function filePairs(left: Side, right: Side): { left: number; right: number; name: string }[] {
  return left.sources.map((source, index) => {
    const same = right.sources.findIndex(({ name }) => name === source.name);
    return { left: index, right: same >= 0 ? same : index, name: source.name };
  });
}

export function sourceView(left: Side, right: Side, look: EditorLook): SourceView {
  const pairs = filePairs(left, right);
  const holder = element('div', { class: 'hipwright-merge' });
  const note = element('p', { class: 'hipwright-note' });
  let merge: MergeView | null = null;
  let current = 0;

  const open = (index: number): void => {
    const pair = pairs[index];
    if (pair === undefined) {
      return;
    }
    current = index;
    merge?.destroy();
    const a = left.sources[pair.left] ?? { name: '', text: '' };
    const b = right.sources[pair.right] ?? { name: '', text: '' };
    note.textContent = a.text === b.text ? 'Both sides were compiled from this same text.' : '';
    note.hidden = a.text !== b.text;
    merge = new MergeView({
      a: { doc: a.text, extensions: extensions(left, a.name, look) },
      b: { doc: b.text, extensions: extensions(right, b.name, look) },
      parent: holder,
      gutter: true,
      highlightChanges: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 2000, timeout: 500 }
    });
  };

  const chooser =
    pairs.length < 2
      ? null
      : element(
          'select',
          { 'aria-label': 'File', class: 'hipwright-select' },
          pairs.map(({ name }, index) => element('option', { value: String(index) }, name))
        );
  chooser?.addEventListener('change', () => open(Number(chooser.value)));
  const node = element(
    'div',
    { class: 'hipwright-source' },
    chooser,
    element(
      'div',
      { class: 'hipwright-source-heads' },
      [left, right].map(side =>
        element(
          'div',
          {},
          element('strong', {}, side.label),
          ` ${side.dialect.toUpperCase()}${side.label.includes(side.target) ? '' : ` on ${side.target}`}`
        )
      )
    ),
    note,
    holder
  );
  if (pairs.length === 0) {
    note.textContent = 'The sources are not part of this comparison.';
  } else {
    open(0);
  }

  return {
    node,
    show: (side, place) => {
      const onLeft = side === left;
      const index = pairs.findIndex(
        pair => (onLeft ? left.sources[pair.left] : right.sources[pair.right])?.name === place.file
      );
      if (index >= 0 && index !== current) {
        open(index);
        if (chooser) {
          chooser.value = String(index);
        }
      }
      const view = onLeft ? merge?.a : merge?.b;
      if (merge && view && place.line >= 1 && place.line <= view.state.doc.lines) {
        const at = view.state.doc.line(place.line).from;
        for (const each of [merge.a, merge.b]) {
          unfold(each);
        }
        view.dispatch({
          effects: [mark.of(at), EditorView.scrollIntoView(at, { y: 'center' })]
        });
        view.contentDOM.focus({ preventScroll: true });
      }
    },
    dispose: () => merge?.destroy()
  };
}

/** Show the stretches that were left out because both sides are the same there. */
function unfold(view: EditorView): void {
  const text = view.state.doc;
  const starts = Array.from({ length: text.lines }, (_, index) => text.line(index + 1).from);
  view.dispatch({ effects: starts.map(start => uncollapseUnchanged.of(start)) });
}
