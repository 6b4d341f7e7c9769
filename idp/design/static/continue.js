// Sends the one form of the page that hands over to a service; without a script its button does.
document.getElementById("continue-form")?.submit();
