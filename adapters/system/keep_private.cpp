#include "adapters/system/keep_private.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cstdint>

namespace engine
{
void forbid_core_dumps()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // Its search for leaks traces this process.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void keep_private(const void* object, std::size_t size)
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(object) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(object) + size + page - 1) / page * page;
    auto* pages = reinterpret_cast<void*>(begin);
    ::madvise(pages, end - begin, MADV_DONTDUMP);
    ::mlock(pages, end - begin);
}
}  // namespace engine
