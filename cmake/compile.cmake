# How every source of the project is compiled. base/banned.h comes first in each of them.
add_compile_definitions(_GNU_SOURCE CODINGDESK_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wformat=2 -fno-common
                    -include ${PROJECT_SOURCE_DIR}/base/banned.h)
include_directories(${PROJECT_SOURCE_DIR})

if(CODINGDESK_WERROR)
    add_compile_options(-Werror)
endif()

if(CODINGDESK_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()

if(CODINGDESK_HARDEN)
    add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
    add_compile_definitions(_FORTIFY_SOURCE=3)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
