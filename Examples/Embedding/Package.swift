// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Embedding",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "ringback", path: "../..")],
    targets: [
        .executableTarget(name: "Embedding", dependencies: [.product(name: "RunPipeline", package: "ringback")])
    ],
    swiftLanguageModes: [.v6]
)
