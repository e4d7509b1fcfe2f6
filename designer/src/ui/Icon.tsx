/** Every icon of the page: 16 x 16, drawn with strokes of the text's colour. Step kinds bring their own path. */
import "./Icon.css";

const PATHS = {
  back: "M9.5 3.5 5 8l4.5 4.5",
  bolt: "M9 1.8 3.5 9h4L7 14.2 12.5 7h-4z",
  braces: "M6 2.5c-3 0-1 5-3.5 5.5C5 8.5 3 13.5 6 13.5M10 2.5c3 0 1 5 3.5 5.5C11 8.5 13 13.5 10 13.5",
  branches: "M8 2v3M8 5c0 3-4 2-4 5v4M8 5c0 3 4 2 4 5v4",
  calendar: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3",
  canvas: "M5.5 2h5v3.5h-5zM1.5 10.5h5V14h-5zM9.5 10.5h5V14h-5zM8 5.5V8M4 10.5V8h8v2.5",
  check: "m3 8.5 3.2 3.2L13 5",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.3 1.6",
  close: "m4 4 8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  cut: "M4 10.2a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8zM12 10.2a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8zM5.2 10.6 11.5 2M10.8 10.6 4.5 2",
  down: "m4 6 4 4 4-4",
  download: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  duplicate: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3M9.5 7.5v4M7.5 9.5h4",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z",
  external: "M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  fail: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3.5M8 11v.1",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  flag: "M4 14V2.5h8.5L10.5 5.5l2 3H4",
  grip: "M6 4v.1M10 4v.1M6 8v.1M10 8v.1M6 12v.1M10 12v.1",
  help: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.2 6.3C6.2 4.2 9.8 4.2 9.8 6.4 9.8 7.8 8 7.6 8 9.2M8 11.4v.1",
  history: "M2.6 8A5.5 5.5 0 1 0 4.5 3.8L2.6 5.5M2.6 2.6v2.9h2.9M8 5v3.2l2 1.3",
  house: "M2.5 7.5 8 3l5.5 4.5M4 6.5v7h8v-7",
  keyboard: "M1.5 4h13v8.5h-13zM4 6.7v.1M6.7 6.7v.1M9.3 6.7v.1M12 6.7v.1M5 10h6",
  link: "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.7.7M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.7-.7",
  list: "M2.5 4h2M7 4h6.5M4.5 8h2M9 8h4.5M4.5 12h2M9 12h4.5",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  mail: "M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5",
  minus: "M3 8h10",
  moon: "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z",
  more: "M3.5 8v.1M8 8v.1M12.5 8v.1",
  note: "M3 2.5h10v7.5l-3.5 3.5H3zM9.5 13.5V10H13",
  offline: "M2 2l12 12M4.5 12.5a3 3 0 0 1-.5-6M6.5 4.2A4 4 0 0 1 12 7.5a2.5 2.5 0 0 1 1.5 4",
  paste: "M5.5 3.5h-2v10.5h9V3.5h-2M5.5 2h5v3h-5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  people:
    "M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.8 13c0-2.6 1.8-4 4.2-4s4.2 1.4 4.2 4M10.5 3.2a2.2 2.2 0 0 1 0 4.2M12 9.4c1.5.5 2.3 1.7 2.3 3.6",
  person: "M8 2.5a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2zM3 13.5c0-2.9 2.1-4.3 5-4.3s5 1.4 5 4.3",
  play: "M5 3v10l8-5z",
  plus: "M8 3v10M3 8h10",
  publish: "M8 10.5V2.5M4.8 5.5 8 2.3 11.2 5.5M2.5 10v3.5h11V10",
  redo: "M10.5 3 13.5 6l-3 3M13.5 6H6.3a3.7 3.7 0 0 0 0 7.4H9",
  right: "m6 4 4 4-4 4",
  screen: "M2 3h12v8H2zM5.5 14h5M8 11v3",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.5 3.5",
  send: "M14 2 2 7l4.5 2.5L9 14zM14 2 6.5 9.5",
  settings:
    "M2.5 4.5h6M12 4.5h1.5M10.2 2.9a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zM2.5 11.5H4M7.5 11.5h6M5.8 9.9a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z",
  stop: "M4 4h8v8H4z",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  swap: "M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10M6.2 7.8l-2.7 2.7 2.7 2.7",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4",
  undo: "M5.5 3 2.5 6l3 3M2.5 6h7.2a3.7 3.7 0 0 1 0 7.4H7",
  unlock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 4.9-.8",
  up: "m4 10 4-4 4 4",
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3 11.2 5.5M2.5 13.5h11",
  warn: "M8 2.3 14.3 13H1.7zM8 6.5v3M8 11.3v.1",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: what it means stands in a text or a label beside it. */
export function Icon({ name, path, size = 16 }: { name?: IconName; path?: string; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path ?? (name ? PATHS[name] : "")} />
    </svg>
  );
}
