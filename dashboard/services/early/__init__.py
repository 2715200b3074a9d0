"""Early intervention: whose pattern differs from true peers, what was done, did it help? Every look at an officer's record is written down."""
