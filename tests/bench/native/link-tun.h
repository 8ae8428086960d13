#pragma once

/**
 * Makes a TUN device with this IPv4 address (/24) inside a network namespace made by `ip netns
 * add`. Returns a non-blocking fd that carries bare IP packets, or -1 with a line on stderr. The
 * calling process stays in its own namespace.
 */
int wr_tun_open(const char *namespace_name, const char *address);
