// libstdc++ 13 and later start the standard streams from inside the library, and objects compiled
// with its headers say so by this name. libstdc++ 12 starts them by an object in each file that
// includes <iostream>, so one such object does what is asked for.
#include <ios>

extern "C" void _ZSt21ios_base_library_initv() {
    static std::ios_base::Init streams;
}
