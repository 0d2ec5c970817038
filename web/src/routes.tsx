/** Every address of the pages, in one typed place. A page's script is loaded when it is opened. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { asFault } from "./api/failure";
import { accessToken } from "./api/session";
import { type AuditFilter, readAuditFilter } from "./pages/admin/audit-filter";
import { readFilter } from "./pages/jobs/filter";
import { readView } from "./pages/jobs/job/view";
import { ErrorView } from "./ui/ErrorView";
import { NotFound } from "./ui/NotFound";
import { Shell } from "./ui/shell/Shell";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ErrorView error={asFault(error)} retry={reset} />,
});

/** Pages that are for people who have signed in send a visitor to sign in, and back afterwards. */
const people = createRoute({
  getParentRoute: () => root,
  id: "people",
  beforeLoad: async ({ location }) => {
    const token = await accessToken().catch(() => "unknown");
    if (token) return;
    if (location.pathname === "/") throw redirect({ to: "/apps" });
    throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
});

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** A page whose script is loaded when it is opened. A failure is ours to tell: the router would load all anew, also offline. */
const opened: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      throw asFault(error);
    }
  }, name);

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string } => ({ next: text(search.next) }),
  component: opened(() => import("./pages/sign-in/SignIn"), "SignIn"),
});

const overview = createRoute({
  getParentRoute: () => people,
  path: "/",
  component: opened(() => import("./pages/overview/Overview"), "Overview"),
});

const jobs = createRoute({
  getParentRoute: () => people,
  path: "/jobs",
  validateSearch: readFilter,
  component: opened(() => import("./pages/jobs/Jobs"), "Jobs"),
});

const job = createRoute({
  getParentRoute: () => people,
  path: "/jobs/$job",
  validateSearch: readView,
  component: opened(() => import("./pages/jobs/Job"), "JobPage"),
});

const apps = createRoute({
  getParentRoute: () => root,
  path: "/apps",
  validateSearch: (search): { search?: string; tag?: string } => ({
    search: text(search.search),
    tag: text(search.tag),
  }),
  component: opened(() => import("./pages/apps/Apps"), "Apps"),
});

const app = createRoute({
  getParentRoute: () => root,
  path: "/apps/$app",
  /** `again` is a job whose request fills the form. */
  validateSearch: (search): { again?: string } => ({ again: text(search.again) }),
  component: opened(() => import("./pages/apps/App"), "AppPage"),
});

const machines = createRoute({
  getParentRoute: () => root,
  path: "/machines",
  component: opened(() => import("./pages/machines/Machines"), "Machines"),
});

const machine = createRoute({
  getParentRoute: () => root,
  path: "/machines/$machine",
  component: opened(() => import("./pages/machines/Machine"), "MachinePage"),
});

const account = createRoute({
  getParentRoute: () => people,
  path: "/account",
  validateSearch: (search): { account?: string } => ({ account: text(search.account) }),
  component: opened(() => import("./pages/account/Account"), "Account"),
});

const profile = createRoute({
  getParentRoute: () => people,
  path: "/profile",
  component: opened(() => import("./pages/profile/Profile"), "Profile"),
});

const centers = createRoute({
  getParentRoute: () => people,
  path: "/admin/centers",
  component: opened(() => import("./pages/admin/Centers"), "Centers"),
});

const users = createRoute({
  getParentRoute: () => people,
  path: "/admin/people",
  component: opened(() => import("./pages/admin/People"), "People"),
});

const prices = createRoute({
  getParentRoute: () => people,
  path: "/admin/prices",
  component: opened(() => import("./pages/admin/Prices"), "Prices"),
});

const audit = createRoute({
  getParentRoute: () => people,
  path: "/admin/audit",
  validateSearch: (search): AuditFilter => readAuditFilter(search),
  component: opened(() => import("./pages/admin/Audit"), "Audit"),
});

const tree = root.addChildren([
  signIn,
  apps,
  app,
  machines,
  machine,
  people.addChildren([overview, jobs, job, account, profile, centers, users, prices, audit]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
