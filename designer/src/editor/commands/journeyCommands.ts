/** Commands on the journey as a whole, and help. */
import { go, goWith, pathTo } from "../../routes";
import { openSettings } from "../adding";
import { openSheet } from "../desk";
import { saveNow } from "../saving";
import { type Command, canEdit } from "./command";
import { toggle } from "./viewCommands";

export const JOURNEY_COMMANDS: readonly Command[] = [
  {
    id: "settings",
    title: "Journey settings",
    words: ["name", "entry", "exit", "re-entry"],
    icon: "settings",
    keys: [","],
    group: "Journey",
    perform: openSettings,
  },
  {
    id: "try",
    title: "Try it",
    words: ["simulate", "test"],
    icon: "play",
    keys: ["T"],
    group: "Journey",
    perform: () => toggle("try"),
  },
  {
    id: "versions",
    title: "Versions",
    words: ["history"],
    icon: "history",
    keys: ["V"],
    group: "Journey",
    perform: () => toggle("versions"),
  },
  {
    id: "save",
    title: "Save now",
    words: ["store", "keep"],
    icon: "check",
    keys: ["Mod+S"],
    group: "Journey",
    perform: () => void saveNow(),
  },
  {
    id: "publish",
    title: "Publish…",
    icon: "publish",
    keys: ["Mod+Enter"],
    group: "Journey",
    when: canEdit,
    perform: () => goWith({ dialog: "publish" }),
  },
  {
    id: "enroll",
    title: "Enroll me…",
    words: ["test", "person"],
    icon: "person",
    group: "Journey",
    perform: () => goWith({ dialog: "enroll" }),
  },
  {
    id: "people",
    title: "People",
    words: ["participants"],
    icon: "people",
    group: "Journey",
    perform: ({ editor }) => go(pathTo({ page: "people", id: editor.journeyId })),
  },
  {
    id: "svg",
    title: "Download picture (SVG)",
    words: ["export", "image"],
    icon: "download",
    group: "Journey",
    // The pen is fetched when it is needed first.
    perform: ({ editor, journey }) =>
      void import("../exporting").then(({ exportSvg }) => exportSvg(editor.journeyId, journey)),
  },
  {
    id: "journeys",
    title: "All journeys",
    words: ["list", "home"],
    icon: "house",
    group: "Journey",
    perform: () => go(pathTo({ page: "journeys" })),
  },
];

export const HELP_COMMANDS: readonly Command[] = [
  {
    id: "palette",
    title: "Commands, steps and journeys…",
    icon: "search",
    keys: ["Mod+K"],
    group: "Help",
    perform: () => openSheet({ kind: "palette" }),
  },
  {
    id: "shortcuts",
    title: "Keyboard shortcuts",
    icon: "keyboard",
    keys: ["?"],
    group: "Help",
    perform: () => openSheet({ kind: "shortcuts" }),
  },
];
