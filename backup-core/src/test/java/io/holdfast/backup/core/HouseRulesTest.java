package io.holdfast.backup.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.Pipe;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house that concern who may know whom (H1, H2, H3). */
class HouseRulesTest {
    private static final String API = "io.holdfast.backup";
    private static final String CORE = "io.holdfast.backup.core";
    private static final String DRIVERS = "io.holdfast.backup.destination.*..";

    private static JavaClasses house;
    private static JavaClasses core;
    private static JavaClasses api;

    @BeforeAll
    static void read_the_classes() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(API);
        core = house.that(resideInAPackage(CORE + ".."));
        api = house.that(resideInAnyPackage(API, API + ".destination", API + ".key"));
        assertThat(core).isNotEmpty();
        assertThat(api).isNotEmpty();
        assertThat(house.that(resideInAPackage(DRIVERS))).isNotEmpty();
    }

    @Test
    void the_api_depends_on_the_jdk_and_its_annotations_only() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..", "org.jspecify.annotations", API, API + ".destination", API + ".key"))
                .check(api);
    }

    @Test
    void drivers_depend_on_the_api_and_on_no_other_module_of_the_house() {
        noClasses()
                .that()
                .resideInAPackage(DRIVERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CORE + "..", API + ".conformance..")
                .check(house);
    }

    @Test
    void core_names_no_driver() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DRIVERS, API + ".conformance..")
                .check(core);
    }

    @Test
    void core_depends_on_what_it_says_it_does() {
        noClasses()
                .should()
                .dependOnClassesThat(resideOutsideOfPackages(
                        "java..",
                        "javax.crypto..",
                        "javax.sql",
                        API,
                        API + ".destination",
                        API + ".key",
                        CORE + "..",
                        "org.slf4j",
                        "com.cronutils..",
                        "net.javacrumbs.shedlock.core",
                        "io.micrometer.core.instrument",
                        "jdk.jfr",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson..",
                        "com.github.luben.zstd..",
                        "org.apache.commons.compress.archivers.tar"))
                .check(core);
    }

    @Test
    void the_tar_library_serves_the_helpers_for_store_authors_only() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CORE + ".snapshot..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.commons..")
                .check(core);
    }

    @Test
    void the_packages_of_core_are_layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(CORE + "..")
                .layer("manifest")
                .definedBy(CORE + ".manifest..")
                .layer("key")
                .definedBy(CORE + ".key..")
                .layer("ids")
                .definedBy(CORE + ".ids..")
                .layer("codec")
                .definedBy(CORE + ".codec..")
                .layer("job")
                .definedBy(CORE + ".job..")
                .layer("repository")
                .definedBy(CORE + ".repository..")
                .layer("executor")
                .definedBy(CORE + ".executor..")
                .layer("restore")
                .definedBy(CORE + ".restore..")
                .layer("retention")
                .definedBy(CORE + ".retention..")
                .layer("hold")
                .definedBy(CORE + ".hold..")
                .layer("scheduler")
                .definedBy(CORE + ".scheduler..")
                .layer("service")
                .definedBy(CORE + ".service..")
                .layer("snapshot")
                .definedBy(CORE + ".snapshot..")
                .whereLayer("snapshot")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("snapshot")
                .mayNotAccessAnyLayer()
                .whereLayer("scheduler")
                .mayNotAccessAnyLayer()
                .whereLayer("scheduler")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("retention")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("hold")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("executor")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("restore")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("service")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("repository")
                .mayOnlyBeAccessedByLayers("executor", "restore", "retention", "hold", "service")
                .whereLayer("job")
                .mayOnlyBeAccessedByLayers("repository", "executor", "restore", "retention", "hold", "service")
                .whereLayer("manifest")
                .mayOnlyBeAccessedByLayers(
                        "key", "codec", "job", "repository", "executor", "restore", "retention", "hold", "service")
                .whereLayer("key")
                .mayOnlyBeAccessedByLayers("codec", "repository", "service")
                .whereLayer("ids")
                .mayNotAccessAnyLayer()
                .whereLayer("ids")
                .mayOnlyBeAccessedByLayers("codec", "job", "executor", "restore", "hold", "service")
                .whereLayer("codec")
                .mayOnlyBeAccessedByLayers("repository", "executor", "restore", "retention", "hold", "service")
                .check(core);
    }

    @Test
    void every_package_of_core_is_in_a_layer() {
        Set<String> known = Set.of(
                "manifest",
                "key",
                "ids",
                "codec",
                "job",
                "repository",
                "executor",
                "restore",
                "restore.directory",
                "restore.schema",
                "retention",
                "hold",
                "scheduler",
                "service",
                "service.config",
                "service.jfr",
                "service.metrics",
                "snapshot");
        assertThat(core).allSatisfy(type -> {
            String rest = type.getPackageName().substring(CORE.length());
            assertThat(rest.isEmpty() || known.contains(rest.substring(1)))
                    .as("%s is in a layer that this test knows", type.getName())
                    .isTrue();
        });
    }

    @Test
    void no_package_of_the_house_is_in_a_cycle() {
        slices().matching(CORE + ".(*)..").should().beFreeOfCycles().check(core);
        slices().matching(API + ".destination.(*)..")
                .should()
                .notDependOnEachOther()
                .check(house);
    }

    @Test
    void job_knows_nothing_of_the_repository_nor_of_archives() {
        noClasses()
                .that()
                .resideInAPackage(CORE + ".job..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CORE + ".repository..", CORE + ".codec..")
                .check(core);
    }

    @Test
    void nothing_is_piped_from_thread_to_thread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(PipedInputStream.class, PipedOutputStream.class, Pipe.class)
                .check(house);
    }

    @Test
    void core_is_told_the_time_and_waits_for_nobody() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("time comes through the injected Clock")
                .check(core);
    }

    @Test
    void nothing_is_printed() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(core);
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(api);
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(house.that(resideInAPackage(DRIVERS)));
    }

    @Test
    void nothing_is_logged_but_through_slf4j() {
        // The conformance kit brings no slf4j to a driver's tests, and is no part of an application.
        noClasses()
                .that()
                .resideOutsideOfPackage(API + ".conformance..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..",
                        "org.apache.commons.logging..",
                        "org.apache.log4j..",
                        "org.apache.logging..",
                        "ch.qos.logback..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(System.Logger.class)
                .check(house);
    }

    @Test
    void core_never_interrupts_a_thread() {
        // But the one it is in, to set the status again that it has put aside, and its own that read ahead, which are
        // in no store.
        noClasses()
                .that()
                .resideInAPackage(CORE + "..")
                .and()
                .haveSimpleNameNotEndingWith("AttemptRunner")
                .and()
                .haveSimpleNameNotEndingWith("BackupRun")
                .and()
                .haveSimpleNameNotEndingWith("ResumingInput")
                .and()
                .haveSimpleNameNotEndingWith("ParallelReads")
                .and()
                .doNotHaveFullyQualifiedName(CORE + ".codec.Pool")
                .should()
                .callMethod(Thread.class, "interrupt")
                .check(core);
        noClasses()
                .should()
                .callMethod(ExecutorService.class, "shutdownNow")
                .orShould()
                .callMethod(Future.class, "cancel", boolean.class)
                .because(
                        "both interrupt, or can; the ticker cancels without, and who reads ahead only interrupts himself")
                .check(core.that(DescribedPredicate.not(
                        simpleName("Ticker").or(simpleName("StageThreads")).or(simpleName("ParallelReads")))));
    }
}
