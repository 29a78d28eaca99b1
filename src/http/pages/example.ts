import type { RunForm } from './model.ts';

/** Ruby bug #14372 as ManageIQ posted it, with the releases around the two boundaries of its leak. */
export const EXAMPLE: RunForm = {
  name: 'require_pathname.rb',
  script: `require 'pathname'
$LOAD_PATH.unshift(Pathname.new("foo"))     # relative, not a String
dot      = "."
filename = "ostruct"
1000.times { 1000.times { require filename }; print dot; GC.start; }
`,
  rubies: ['2.2.10', '2.3.0', '2.3.8', '2.4.3', '2.4.4', '2.5.9'],
  options: {},
  others: [],
  basedOn: null,
};

/** Address of the home page with the example in its form. */
export const EXAMPLE_ADDRESS = '/?example=require_pathname';
