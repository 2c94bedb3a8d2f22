// Svelte: the same as with Vue, by runes.

import { mount as mountComponent, unmount } from "svelte";
import Chat from "./Chat.svelte";

export const format = "openai-chat";

export function mount(target, props) {
  const chat = mountComponent(Chat, { target, props });
  return { send: () => chat.send(), unmount: () => unmount(chat) };
}
