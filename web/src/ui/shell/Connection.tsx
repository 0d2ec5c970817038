/** Says that the hub is out of reach, once that has lasted; what is shown stays, and comes back to life by itself. */

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { useConnected } from "../../live/live";

/** Shorter breaks than this are not worth a word. */
const PATIENCE = 4000;

export function Connection() {
  const { t } = useTranslation();
  const [away, setAway] = useState(false);
  const user = useUser();
  const connected = useConnected();
  const online = useOnline();
  const broken = !online || (Boolean(user) && !connected);
  useEffect(() => {
    if (!broken) return setAway(false);
    const timer = window.setTimeout(() => setAway(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, [broken]);
  if (!away) return null;
  return (
    <div className="banner" role="status">
      {online ? t("shell.hub_away") : t("shell.offline")}
    </div>
  );
}

function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return online;
}
