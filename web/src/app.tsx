/** What lies around every page: data, language of the components, theme, live events. */

import { LoadingOutlined } from "@ant-design/icons";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { asFailure } from "./api/failure";
import { accessToken, useUser } from "./api/session";
import { componentWords } from "./i18n/i18n";
import { listen, onArrival } from "./live/live";
import { router } from "./routes";
import { antTheme, useTheme } from "./theme/theme";

const queries = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the hub refused it will refuse again; a hub that is away may be back; who waited long is not to wait on.
      retry: (count, error) => {
        const { status, late } = asFailure(error);
        return count < 3 && !late && [0, 502, 503, 504].includes(status);
      },
      throwOnError: false,
    },
  },
});

/** The icon of a button that works is no animation of its own: one that was cut short left an icon in the button's name for good. */
const BUTTON = { autoInsertSpace: false, loadingIcon: <LoadingOutlined /> };
/** A notice does not lie over the buttons of the top bar. */
const BELOW_THE_BAR = { top: 56 };

/** Live events while somebody is signed in; what one person saw is gone when another signs in. */
function useLiveEvents() {
  const user = useUser();
  const id = user?.id;
  useEffect(() => {
    // Where the hub is away, whatever the page asks for says so.
    if (user === undefined) accessToken().catch(() => undefined);
  }, [user]);
  useEffect(() => {
    if (!id) return;
    const stale = () => void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs"] });
    const forget = onArrival((event) => event === "reset" && stale());
    const stop = listen();
    return () => {
      stop();
      forget();
      queries.clear();
    };
  }, [id]);
}

export function App() {
  const theme = useTheme();
  // Draws again in another language.
  useTranslation();
  useLiveEvents();
  return (
    <ConfigProvider theme={antTheme(theme)} locale={componentWords()} button={BUTTON}>
      <AntApp component={false} notification={BELOW_THE_BAR}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
