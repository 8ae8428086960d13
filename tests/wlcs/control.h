/* The compositor's test control socket: one JSON object per packet, answered by one. */
#ifndef WR_WLCS_CONTROL_H
#define WR_WLCS_CONTROL_H

/* Connects to the socket named in the environment as WAYRAY_WLCS_CONTROL. Ends the process when
 * there is none. */
void wr_control_connect(void);

/*
 * Sends one operation, with a descriptor unless `fd` is negative, and waits until the compositor
 * has done it. Returns the client number in the answer, or -1 when it has none or the operation was
 * refused. Ends the process when the compositor is gone or silent: no later test could have a
 * result.
 */
int wr_control_send(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
