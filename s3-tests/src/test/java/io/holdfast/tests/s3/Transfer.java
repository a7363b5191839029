package io.holdfast.tests.s3;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.net.URI;

/** A program that writes a large object and reads it back. Arguments: the destination's URI, and how many bytes. */
final class Transfer {
    private Transfer() {}

    public static void main(String[] args) throws Exception {
        RandomStore content = RandomStore.filled(7, Long.parseLong(args[1]));
        try (Destination destination = Destinations.open(URI.create(args[0]))) {
            try (ObjectUpload upload = destination.upload("large")) {
                content.write(upload);
                upload.commit();
            }
            try (InputStream in = destination.open("large", 0)) {
                System.out.println(RandomStore.digest(in).equals(content.content()) ? "same" : "different");
            }
        }
    }
}
