// Enhances what works without it: the menu on a small screen, focus on the error summary.
import { initAll } from './govuk-frontend.js';
initAll();
