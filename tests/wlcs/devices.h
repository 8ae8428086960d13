#ifndef WR_WLCS_DEVICES_H
#define WR_WLCS_DEVICES_H

#include <wlcs/pointer.h>
#include <wlcs/touch.h>

/* The caller ends each by its destroy function. */
WlcsPointer *wr_devices_create_pointer(void);
WlcsTouch *wr_devices_create_touch(void);

#endif
