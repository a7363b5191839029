package io.holdfast.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithLocalS3Test {
    /** Keeps what it is told, and fails unless there is a server. */
    public static final class Program {
        private static List<String> told = List.of();

        private Program() {}

        public static void main(String[] args) throws Exception {
            told = List.of(args);
            ((HttpURLConnection) serverIn(args[2]).toURL().openConnection()).getResponseCode();
        }
    }

    private static URI serverIn(String destination) {
        String query = URI.create(destination).getRawQuery();
        return URI.create(URLDecoder.decode(query.replaceAll(".*endpoint=([^&]*).*", "$1"), StandardCharsets.UTF_8));
    }

    @Test
    void a_program_gets_a_destination_on_a_server_that_ends_with_it() throws Exception {
        WithLocalS3.main(new String[] {Program.class.getName(), "demo"});

        assertThat(Program.told).hasSize(3).startsWith("demo", "--destination");
        assertThatThrownBy(() -> ((HttpURLConnection)
                                serverIn(Program.told.get(2)).toURL().openConnection())
                        .getResponseCode())
                .isInstanceOf(java.net.ConnectException.class);
    }
}
