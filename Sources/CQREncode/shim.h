// QR codes (ISO/IEC 18004) by libqrencode.
#include <qrencode.h>
