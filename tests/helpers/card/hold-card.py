"""Takes the card of one reader for itself as soon as it is there, and holds it until its input ends."""
import ctypes
import sys
import time

pcsc = ctypes.CDLL("libpcsclite.so.1")
context, card, protocol = ctypes.c_long(), ctypes.c_long(), ctypes.c_ulong()
assert pcsc.SCardEstablishContext(2, None, None, ctypes.byref(context)) == 0
EXCLUSIVE, T0_OR_T1 = 1, 3
while pcsc.SCardConnect(context, sys.argv[1].encode(), EXCLUSIVE, T0_OR_T1, ctypes.byref(card), ctypes.byref(protocol)) != 0:
    time.sleep(0.02)
print("holding", flush=True)
sys.stdin.read()
pcsc.SCardDisconnect(card, 0)
pcsc.SCardReleaseContext(context)
