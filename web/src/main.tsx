/** Where the pages begin: the theme and the language first, so that nothing is drawn twice. */

import { createRoot } from "react-dom/client";
import { App } from "./app";
import { start } from "./i18n/i18n";
import { router } from "./routes";
import { apply } from "./theme/theme";
import "./theme/base.css";

apply();
// What the first page needs is asked for at once: its script and who has signed in, and the words.
void router.load();
await start();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
