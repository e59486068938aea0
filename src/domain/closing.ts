// Closes what was opened, the newest first; one that fails leaves no other open.

export type Closer = () => unknown;

/** Empties the list. @param failed told what did not close cleanly */
export async function closeEach(opened: Closer[], failed: (error: unknown) => void): Promise<void> {
  for (const close of opened.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failed(error);
    }
  }
}
