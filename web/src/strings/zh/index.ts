/** The strings of this language; a file for each group of pages. */

import account from "./account.json";
import admin from "./admin.json";
import apps from "./apps.json";
import fields from "./fields.json";
import job from "./job.json";
import jobs from "./jobs.json";
import machines from "./machines.json";
import overview from "./overview.json";
import profile from "./profile.json";
import shell from "./shell.json";
import sign_in from "./sign-in.json";

export default {
  ...account,
  ...admin,
  ...apps,
  ...fields,
  ...job,
  ...jobs,
  ...machines,
  ...overview,
  ...profile,
  ...shell,
  ...sign_in,
};
