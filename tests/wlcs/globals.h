#ifndef WR_WLCS_GLOBALS_H
#define WR_WLCS_GLOBALS_H

#include <wlcs/display_server.h>

/* What the compositor offers, asked of its registry once: tests of anything else are skipped. */
const WlcsIntegrationDescriptor *wr_globals_describe(void);

#endif
