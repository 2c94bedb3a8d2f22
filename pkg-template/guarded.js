/** For what the page did not ask for: whatever fails of ours there would be an
 * error of the page's, and come again with each change of it. */
export function guarded(bridge, act) {
  try {
    act();
  } catch (error) {
    bridge.fail(String(error));
  }
}
