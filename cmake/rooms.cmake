# A room is a folder, a static library of the same name made of its sources, and the rooms and libraries it may use.
# EXCEPT names the sources that hold a main() and become programs of their own.
function(add_room name)
    cmake_parse_arguments(ROOM "" "" "EXCEPT;USES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.c)
    list(REMOVE_ITEM sources "" ${ROOM_EXCEPT})
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ROOM_USES})
endfunction()
