#ifndef WR_WLCS_CLIENTS_H
#define WR_WLCS_CLIENTS_H

/* Connects a new client to the compositor. Returns its end of the socket, or -1 with errno. */
int wr_clients_add(void);

/* The compositor's number of the client that has this end of a socket; -1 when there is none. */
int wr_clients_number(int fd);

#endif
