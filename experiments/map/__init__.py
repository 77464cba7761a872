"""The map of who wins on which board over the space of worlds: axes and design written down beforehand, worlds, figures, page."""
