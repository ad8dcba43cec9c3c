// Says that scripts run, before anything is drawn; govuk-frontend looks for these classes.
document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');
