// CodeMirror: the answer in an editor, which renders the lines that are in view.

import { EditorView, basicSetup } from "codemirror";
import { deltas } from "../../browser/lib/chat-app.mjs";

export const format = "openai-chat";

export function mount(parent, { fetch, url }) {
  const editor = new EditorView({ extensions: [basicSetup, EditorView.lineWrapping], parent });
  // Not its line numbers, which are there before.
  editor.contentDOM.classList.add("answer");
  return {
    send: async () => {
      for await (const insert of deltas(await fetch(url, { method: "POST", body: "{}" }))) {
        editor.dispatch({ changes: { from: editor.state.doc.length, insert } });
      }
    },
    unmount: () => editor.destroy(),
  };
}
