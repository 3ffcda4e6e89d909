/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes a static probe `shop:sold(int)` for each line of standard input, with its length, and says whether somebody
 * listened. The note is what <sys/sdt.h> would have written: https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
 */
#include <stdio.h>
#include <string.h>

#if !defined(__x86_64__)
#error "the note names an x86-64 register"
#endif

__asm__(".section .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n"
	".weak _.stapsdt.base\n.hidden _.stapsdt.base\n"
	"_.stapsdt.base: .space 1\n.size _.stapsdt.base, 1\n.previous\n");

/* Greater than 0 while somebody listens. */
__attribute__((section(".probes"), used)) volatile unsigned short shop_sold_semaphore;

__attribute__((noinline)) static void sold(int length)
{
	__asm__ volatile("990: nop\n"
			 ".pushsection .note.stapsdt, \"?\", \"note\"\n"
			 ".balign 4\n.4byte 992f-991f, 994f-993f, 3\n"
			 "991: .asciz \"stapsdt\"\n992: .balign 4\n"
			 "993: .8byte 990b, _.stapsdt.base, shop_sold_semaphore\n"
			 ".asciz \"shop\"\n.asciz \"sold\"\n.asciz \"-4@%%edi\"\n"
			 "994: .balign 4\n.popsection\n" ::"D"(length));
}

int main(void)
{
	char line[256];

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		sold((int)strcspn(line, "\n"));
		puts(shop_sold_semaphore ? "heard" : "unheard");
	}
	return 0;
}
