"""The Teams app's package: made from the manifest's template and the settings, and checked, ours and anybody's."""
