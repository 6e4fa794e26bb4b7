/* The floor of fan-out: one write(2) per client and message, nothing else.
 *
 * usage: fanout_floor CLIENTS BYTES
 * Prints its port, accepts CLIENTS connections, then for each line "MESSAGES INTERVAL_US" on stdin writes that many
 * messages of BYTES to each, and prints the CPU seconds this took. Ends at the end of stdin.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s CLIENTS BYTES\n", argv[0]);
        return 2;
    }
    const int clients = atoi(argv[1]);
    const size_t bytes = strtoul(argv[2], NULL, 10);
    int *sockets = malloc(clients * sizeof *sockets);
    char *message = malloc(bytes);
    memset(message, 'x', bytes);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    const int on = 1;
    for (int i = 0; i < clients; i++) {
        if ((sockets[i] = accept(listener, NULL, NULL)) < 0)
            fail("accept");
        setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    int messages;
    long interval_us;
    while (scanf("%d %ld", &messages, &interval_us) == 2) {
        const struct timespec pause = {interval_us / 1000000, interval_us % 1000000 * 1000};
        const double before = cpu_s();
        for (int m = 0; m < messages; m++) {
            for (int i = 0; i < clients; i++)
                if (write(sockets[i], message, bytes) != (ssize_t)bytes)
                    fail("write");
            nanosleep(&pause, NULL);
        }
        printf("%.6f\n", cpu_s() - before);
        fflush(stdout);
    }
    return 0;
}
